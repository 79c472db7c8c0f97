/**
 * Carries values and calls between the page's world and the preload's, by the rules of Electron's contextBridge.
 * Runs in both worlds as injected text: must use nothing outside itself, and nothing that a page could replace later.
 */

/** A value under way; functions and promises stay where they are and travel as numbers. */
type WorldWire =
  | { kind: 'value'; value: unknown }
  | { kind: 'function'; id: number }
  | { kind: 'returned'; id: number }
  | { kind: 'promise'; id: number }
  | { kind: 'error'; message: string }
  | { kind: 'array'; items: WorldWire[] }
  | { kind: 'object'; entries: { key: string; wire: WorldWire }[] }

type WorldMessage =
  | { type: 'call'; callId: number; id: number; args: WorldWire[] }
  | { type: 'answer'; callId: number; ok: boolean; wire: WorldWire }
  | { type: 'settle'; id: number; ok: boolean; wire: WorldWire }
  | { type: 'expose'; callId: number; key: string; wire: WorldWire }

export type WorldPort = { expose(key: string, api: unknown): void }

/**
 * Opens one end.
 *
 * @param bus an element that only the two worlds hold; event details are cloned from world to world by Chromium
 * @param side the page's end may be given things to expose, the preload's end never takes any
 */
export function openWorldPort(bus: EventTarget, side: 'page' | 'preload'): WorldPort {
  // Kept from the start: a page that replaces these later sees nothing of the traffic.
  const { apply, ownKeys, defineProperty, get: read } = Reflect
  const { isArray } = Array
  const NativeCustomEvent = CustomEvent
  const NativeError = Error
  const NativePromise = Promise
  const NativeMap = Map
  const NativeWeakMap = WeakMap
  const clone = structuredClone
  const freeze = Object.freeze
  const isEnumerable = Object.prototype.propertyIsEnumerable
  const tagOf = Object.prototype.toString
  const then = Promise.prototype.then
  const push = Array.prototype.push
  const dispatch = EventTarget.prototype.dispatchEvent
  const detailOf = Object.getOwnPropertyDescriptor(CustomEvent.prototype, 'detail')?.get
  type Store<Key, Value> = Pick<Map<Key, Value>, 'get' | 'delete'> & { set(key: Key, value: Value): unknown }
  const keep = <Key, Value>(store: Store<Key, Value>) => {
    const { get, set, delete: remove } = store
    return {
      get: (key: Key): Value | undefined => apply(get, store, [key]),
      set: (key: Key, value: Value): void => void apply(set, store, [key, value]),
      remove: (key: Key): void => void apply(remove, store, [key]),
    }
  }
  type AnyFunction = (...args: unknown[]) => unknown
  type Settlers = { resolve(value: unknown): void; reject(reason: unknown): void }
  const ownFunctions = keep(new NativeMap<number, AnyFunction>())
  const ownFunctionIds = keep(new NativeWeakMap<object, number>())
  const foreignFunctionIds = keep(new NativeWeakMap<object, number>())
  const settlers = keep(new NativeMap<number, Settlers>())
  const [outgoing, incoming] = side === 'page' ? ['to-preload', 'to-page'] : ['to-page', 'to-preload']
  const maxDepth = 1000
  let lastId = 0
  // One is enough: calls are synchronous, so an inner call has taken its answer before the outer one's arrives.
  let lastAnswer: WorldMessage | null = null
  const nextId = () => {
    lastId += 1
    return lastId
  }
  const post = (message: WorldMessage) => {
    apply(dispatch, bus, [new NativeCustomEvent(outgoing, { detail: message })])
  }
  const notCloneable = () => new NativeError('An object could not be cloned.')

  const encodeFunction = (value: AnyFunction): WorldWire => {
    const foreignId = foreignFunctionIds.get(value)
    if (foreignId !== undefined) return { kind: 'returned', id: foreignId }
    const id = ownFunctionIds.get(value) ?? nextId()
    ownFunctionIds.set(value, id)
    ownFunctions.set(id, value)
    return { kind: 'function', id }
  }
  const encodePromise = (promise: Promise<unknown>): WorldWire => {
    const id = nextId()
    const settle = (ok: boolean) => (value: unknown) => {
      let message: WorldMessage
      try {
        message = { type: 'settle', id, ok, wire: encode(value, 0) }
      } catch (error) {
        message = { type: 'settle', id, ok: false, wire: encode(error, 0) }
      }
      post(message)
    }
    apply(then, promise, [settle(true), settle(false)])
    return { kind: 'promise', id }
  }
  const encodeObject = (value: object, depth: number): WorldWire => {
    const entries: { key: string; wire: WorldWire }[] = []
    const keys = ownKeys(value)
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index]
      if (typeof key !== 'string' || !apply(isEnumerable, value, [key])) continue
      apply(push, entries, [{ key, wire: encode(read(value, key), depth + 1) }])
    }
    return { kind: 'object', entries }
  }
  function encode(value: unknown, depth: number): WorldWire {
    if (depth > maxDepth) {
      throw new NativeError(
        'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.',
      )
    }
    // Electron hands functions over before anything else, and every other value by its kind.
    if (typeof value === 'function') return encodeFunction(value as AnyFunction)
    if (typeof value === 'symbol') throw notCloneable()
    if (typeof value !== 'object' || value === null) return { kind: 'value', value }
    if (value instanceof NativePromise) return encodePromise(value)
    if (value instanceof NativeError) return { kind: 'error', message: `${value.message}` }
    if (isArray(value)) {
      const items: WorldWire[] = []
      for (let index = 0; index < value.length; index += 1) apply(push, items, [encode(value[index], depth + 1)])
      return { kind: 'array', items }
    }
    if (apply(tagOf, value, []) === '[object Object]') return encodeObject(value, depth)
    try {
      return { kind: 'value', value: clone(value) }
    } catch {
      // Electron tells no more than this either.
      throw notCloneable()
    }
  }

  const call = (id: number, args: unknown[]): unknown => {
    const callId = nextId()
    const wires: WorldWire[] = []
    for (let index = 0; index < args.length; index += 1) apply(push, wires, [encode(args[index], 0)])
    post({ type: 'call', callId, id, args: wires })
    return takeAnswer(callId)
  }
  const takeAnswer = (callId: number): unknown => {
    const answer = lastAnswer
    if (answer?.type !== 'answer' || answer.callId !== callId)
      throw new NativeError('electron stand-in: the other world did not answer')
    const value = decode(answer.wire)
    if (!answer.ok) throw value
    return value
  }
  const decodeFunction = (id: number): AnyFunction => {
    const proxy = (...args: unknown[]) => call(id, args)
    foreignFunctionIds.set(proxy, id)
    return proxy
  }
  function decode(wire: WorldWire): unknown {
    switch (wire.kind) {
      case 'value':
        return wire.value
      case 'function':
        return decodeFunction(wire.id)
      case 'returned':
        return ownFunctions.get(wire.id)
      case 'promise':
        return new NativePromise((resolve, reject) => settlers.set(wire.id, { resolve, reject }))
      case 'error':
        return new NativeError(wire.message)
      case 'array': {
        const items: unknown[] = []
        for (let index = 0; index < wire.items.length; index += 1) {
          const item = wire.items[index]
          if (item !== undefined) apply(push, items, [decode(item)])
        }
        return items
      }
      case 'object': {
        const object = {}
        for (let index = 0; index < wire.entries.length; index += 1) {
          const entry = wire.entries[index]
          if (entry === undefined) continue
          const value = decode(entry.wire)
          defineProperty(object, entry.key, { value, writable: true, enumerable: true, configurable: true })
        }
        return object
      }
    }
  }

  const deepFreeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
    const keys = ownKeys(value)
    for (let index = 0; index < keys.length; index += 1) deepFreeze(read(value, keys[index] ?? ''))
    freeze(value)
  }
  const takeExposed = (key: string, wire: WorldWire): unknown => {
    if (key in window) throw new NativeError('Cannot bind an API on top of an existing property on the window object')
    const api = decode(wire)
    deepFreeze(api)
    defineProperty(window, key, { value: api, writable: false, enumerable: true, configurable: false })
    return undefined
  }
  const answerWith = (callId: number, work: () => unknown) => {
    let answer: WorldMessage
    try {
      answer = { type: 'answer', callId, ok: true, wire: encode(work(), 0) }
    } catch (error) {
      const told =
        error instanceof NativeError
          ? error
          : new NativeError('An unknown exception occurred in the other context, a valid exception was not thrown.')
      answer = { type: 'answer', callId, ok: false, wire: encode(told, 0) }
    }
    post(answer)
  }
  const receive = (message: WorldMessage) => {
    if (message.type === 'answer') lastAnswer = message
    if (message.type === 'settle') {
      const settler = settlers.get(message.id)
      settlers.remove(message.id)
      if (message.ok) settler?.resolve(decode(message.wire))
      else settler?.reject(decode(message.wire))
    }
    if (message.type === 'call') {
      answerWith(message.callId, () => {
        const target = ownFunctions.get(message.id)
        if (target === undefined) throw new NativeError('electron stand-in: no such function')
        const args: unknown[] = []
        for (let index = 0; index < message.args.length; index += 1) {
          const arg = message.args[index]
          if (arg !== undefined) apply(push, args, [decode(arg)])
        }
        return apply(target, undefined, args)
      })
    }
    if (message.type === 'expose' && side === 'page') {
      answerWith(message.callId, () => takeExposed(message.key, message.wire))
    }
  }
  bus.addEventListener(incoming, (event) => {
    if (detailOf) receive(apply(detailOf, event, []))
  })
  return {
    expose(key, api) {
      const callId = nextId()
      post({ type: 'expose', callId, key, wire: encode(api, 0) })
      takeAnswer(callId)
    },
  }
}
