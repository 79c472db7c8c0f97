/** How `fleetctl watch` says what it sees: a table that lives, a line for each change, or JSON lines. */
import type { KioskFacts } from '../follow/kiosk-facts.ts'
import { headText, kioskText, renderTable, TABLE_WIDTH } from './watch-table.ts'

const REDRAW_MS = 250
/** Spans go on though nothing happens. */
const TICK_MS = 5_000
/** Another screen than the shell's own, without a cursor. */
const OPEN_SCREEN = '\u001b[?1049h\u001b[?25l'
const CLOSE_SCREEN = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const CLEAR_LINE_END = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'

export type WatchOutput = {
  kiosk(facts: KioskFacts): void
  /** Of receipts and of the connection. */
  note(about: Record<string, unknown>, words: string): void
  close(): void
}

const write = (text: string) => void process.stdout.write(text)

function jsonOutput(): WatchOutput {
  const line = (content: object) => write(`${JSON.stringify({ at: new Date().toISOString(), ...content })}\n`)
  return { kiosk: (facts) => line({ kind: 'kiosk', ...facts }), note: (about) => line(about), close: () => {} }
}

/** A line for each change, for files and pipes. */
function linesOutput(): WatchOutput {
  write(`${' '.repeat(25)}${headText(TABLE_WIDTH)}\n`)
  const line = (text: string) => write(`${new Date().toISOString()} ${text}\n`)
  return {
    kiosk: (facts) => line(kioskText(facts, Date.now(), TABLE_WIDTH)),
    note: (_about, words) => line(words),
    close: () => {},
  }
}

function screenOutput(kiosks: () => readonly KioskFacts[]): WatchOutput {
  const notes: string[] = []
  let due: NodeJS.Timeout | null = null
  write(OPEN_SCREEN)
  // However it ends: a second Ctrl+C, a fault.
  const restore = () => write(CLOSE_SCREEN)
  process.once('exit', restore)
  function draw(): void {
    due = null
    const { columns, rows } = process.stdout
    const connection = notes.at(-1) ?? 'Ctrl+C ends'
    const lines = renderTable(kiosks(), { columns, rows, nowEpochMs: Date.now(), connection })
    write(HOME + lines.map((line) => line + CLEAR_LINE_END).join('\r\n') + CLEAR_BELOW)
  }
  function soon(): void {
    due ??= setTimeout(draw, REDRAW_MS)
  }
  const ticking = setInterval(soon, TICK_MS)
  process.stdout.on('resize', soon)
  draw()
  return {
    kiosk: soon,
    note(_about, words) {
      notes.splice(0, notes.length, words)
      soon()
    },
    close() {
      clearInterval(ticking)
      if (due) clearTimeout(due)
      process.stdout.off('resize', soon)
      process.off('exit', restore)
      restore()
    },
  }
}

/** @param kiosks those that somebody has asked for */
export function openWatchOutput(isJson: boolean, kiosks: () => readonly KioskFacts[]): WatchOutput {
  if (isJson) return jsonOutput()
  return process.stdout.isTTY ? screenOutput(kiosks) : linesOutput()
}
