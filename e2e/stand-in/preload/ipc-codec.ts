/** Carries IPC values over a JSON transport. Refuses, by name, what it cannot carry faithfully; never bends a value. */

/** JSON with two marks: `u` stands for undefined, `a` and `o` hold arrays and objects. */
export type IpcWire = null | boolean | number | string | { u: 1 } | { a: IpcWire[] } | { o: Record<string, IpcWire> }

/**
 * Encodes one value by the rules of structured clone. Injected into pages as text: must use nothing outside itself.
 *
 * @throws Error with Electron's message for what cannot be cloned, with ours for what only JSON cannot carry
 */
export function encodeIpc(value: unknown): IpcWire {
  const cannotCarry = (what: string) => new Error(`electron stand-in: IPC cannot carry ${what} faithfully`)
  const encode = (each: unknown, ancestors: readonly object[]): IpcWire => {
    if (each === undefined) return { u: 1 }
    if (each === null || typeof each === 'boolean' || typeof each === 'string') return each
    if (typeof each === 'number') {
      if (!Number.isFinite(each) || Object.is(each, -0))
        throw cannotCarry(`the number ${Object.is(each, -0) ? '-0' : each}`)
      return each
    }
    if (typeof each === 'bigint') throw cannotCarry('a BigInt')
    if (typeof each !== 'object') throw new Error('An object could not be cloned.')
    if (ancestors.includes(each)) throw cannotCarry('a value that contains itself')
    const within = [...ancestors, each]
    if (Array.isArray(each)) {
      if (Object.keys(each).length !== each.length) throw cannotCarry('a sparse or extended array')
      return { a: each.map((item) => encode(item, within)) }
    }
    const kind = Object.prototype.toString.call(each).slice(8, -1)
    if (kind !== 'Object') {
      // Throws by itself for what structured clone refuses too, such as a promise or an element.
      try {
        structuredClone(each)
      } catch (cause) {
        throw new Error('An object could not be cloned.', { cause })
      }
      throw cannotCarry(`a ${kind}`)
    }
    return { o: Object.fromEntries(Object.entries(each).map(([key, item]) => [key, encode(item, within)])) }
  }
  return encode(value, [])
}

/** Undoes `encodeIpc`. Injected into pages as text: must use nothing outside itself. */
export function decodeIpc(wire: IpcWire): unknown {
  const decode = (each: IpcWire): unknown => {
    if (each === null || typeof each !== 'object') return each
    if ('u' in each) return undefined
    if ('a' in each) return each.a.map(decode)
    return Object.fromEntries(Object.entries(each.o).map(([key, item]) => [key, decode(item)]))
  }
  return decode(wire)
}
