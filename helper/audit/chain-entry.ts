/** What stands in the files of a trail, line by line, before anybody judges it. Pure. Drops nothing. */
import { type AuditLine, readLine } from './audit-line.ts'

/** One file of the trail; `content` has one character for each byte. */
export type AuditFile = { name: string; number: number; content: string }

export type ChainEntry = {
  file: AuditFile
  /** From 1, as editors count. */
  lineNumber: number
  text: string
  /** Null for what is no whole line of ours. */
  line: AuditLine | null
  /** False for the end of a file that no newline closes off. */
  isClosed: boolean
}

export function* entriesOf(files: readonly AuditFile[]): Generator<ChainEntry> {
  for (const file of files) {
    const texts = file.content.split('\n')
    const last = texts.length - 1
    for (const [index, text] of texts.entries()) {
      const isClosed = index < last
      // What comes after the last newline is nothing, as it should be.
      if (isClosed || text !== '') yield { file, lineNumber: index + 1, text, line: readLine(text), isClosed }
    }
  }
}
