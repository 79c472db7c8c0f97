/** Where in a `kiosk.json` a setting stands, for whoever mends it with an editor. Judges no value. */
import { type Node, parseTree, visit } from 'jsonc-parser'

/** Parsers of text call themselves; nothing that a kiosk reads is half as deep. */
const DEEPEST = 100

type Places = {
  /** Of the setting, else of what it is missing from; null where nothing is known. */
  lineOf(path: string): number | null
  /** Settings that are written twice, of which JSON keeps the last. */
  repeated: { path: string; line: number }[]
}

function isDeep(content: unknown): boolean {
  let level = [content]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
  return false
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** Names may hold dots, as device ids and claims do: the document itself says where one ends. */
function offsetOf(node: Node, path: string): number {
  const children: [name: string, offset: number, value: Node | undefined][] = (node.children ?? []).map(
    (child, index) =>
      node.type === 'object'
        ? [String(child.children?.[0]?.value), child.offset, child.children?.[1]]
        : [String(index), child.offset, child],
  )
  // What was read is the last of several with one name.
  const next = children.findLast(([name]) => path === name || path.startsWith(`${name}.`))
  if (!next) return node.offset
  const [name, offset, value] = next
  return path === name || !value ? offset : value.children ? deeper(value, path.slice(name.length + 1), offset) : offset
}

/** What is missing from a section is best looked for at its name. */
function deeper(value: Node, path: string, offset: number): number {
  const found = offsetOf(value, path)
  return found === value.offset ? offset : found
}

function findRepeated(text: string): Places['repeated'] {
  const seen: Set<string>[] = []
  const repeated: Places['repeated'] = []
  visit(text, {
    onObjectBegin: () => void seen.push(new Set()),
    onObjectEnd: () => void seen.pop(),
    onObjectProperty(name, _offset, _length, startLine, _startCharacter, pathSupplier) {
      const names = seen.at(-1)
      if (names?.has(name)) repeated.push({ path: [...pathSupplier(), name].join('.'), line: startLine + 1 })
      names?.add(name)
    },
  })
  return repeated
}

/** @param text what `JSON.parse` can read */
export function findPlaces(text: string): Places {
  const root = isDeep(JSON.parse(text)) ? undefined : parseTree(text)
  if (!root) return { lineOf: () => null, repeated: [] }
  return {
    lineOf: (path) => (path === '' ? null : lineAt(text, offsetOf(root, path))),
    repeated: findRepeated(text),
  }
}
