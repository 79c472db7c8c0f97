/** What a page of documentation says that can be checked: fences, commands, links, names of files. Pure. Never runs anything. */
import { marked, type Token } from 'marked'

export type Fence = {
  /** All of the info string, such as `sh on-a-kiosk`. */
  mark: string
  text: string
}

export type Page = {
  fences: Fence[]
  /** Of links and pictures, as written. */
  targets: string[]
  /** Inline code. */
  codes: string[]
  /** What a `#…` may name, as GitHub makes it of headings. */
  anchors: Set<string>
}

/** What a fence may be. A reader sees the first word as its language; the second says where it is for. */
export const FENCE_MARKS = {
  /** Runs on any machine with the project: every command is run by the documentation test. */
  runs: ['sh'],
  /** For a machine that this one is not. */
  elsewhere: ['sh on-a-kiosk', 'sh on-a-server', 'powershell'],
  /** `json`: a whole kiosk.json. `json part`: settings of one. `json other`: anything else that is JSON. */
  json: ['json', 'json part', 'json other'],
  /** To be looked at: output, drawings, files of other programs. */
  shown: ['text', 'console', 'http', 'ini', 'nginx', 'xml', 'yaml'],
} as const

/** As GitHub and editors make it; a second heading of the same name gets `-1`. */
function anchorsOf(headings: readonly string[]): Set<string> {
  const anchors = new Set<string>()
  for (const heading of headings) {
    const plain = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
    let anchor = plain
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${plain}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

/** @param markdown with GitHub's extensions */
export function readPage(markdown: string): Page {
  const page: Page = { fences: [], targets: [], codes: [], anchors: new Set() }
  const headings: string[] = []
  marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    if (token.type === 'code' && token.codeBlockStyle !== 'indented') {
      page.fences.push({ mark: (token.lang ?? '').trim(), text: token.text })
    }
    if (token.type === 'link' || token.type === 'image') page.targets.push(token.href)
    if (token.type === 'codespan') page.codes.push(token.text)
    if (token.type === 'heading') headings.push(token.text.replaceAll('`', ''))
  })
  page.anchors = anchorsOf(headings)
  return page
}

/** The commands of a fence, one a line: without comments, with lines that end in `\` put together. */
export function commandsOf({ text }: Pick<Fence, 'text'>): string[] {
  return text
    .replace(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s+)#\s.*$/, '').trim())
    .filter((line) => line !== '')
}
