/** `fleetctl watch`: what every kiosk says of itself, as it says so. Changes nothing. */
import { once } from 'node:events'
import { type FleetEvent, type KnownKiosk, noteEvent } from '../follow/fleet-view.ts'
import { describeKiosk, isChosen, type KioskFacts } from '../follow/kiosk-facts.ts'
import { plainText } from '../follow/plain-text.ts'
import { openBrokerSession } from './broker-session.ts'
import { watchInterruption } from './interruption.ts'
import { judgeReceipts } from './judge-receipts.ts'
import { openKeptHeads } from './kept-heads.ts'
import { readLiveOptions, textOf } from './live-options.ts'
import { readOperator } from './operator-files.ts'
import { outcomeWords, receiptFaultWords } from './order-words.ts'
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

type Output = {
  kiosk(facts: KioskFacts): void
  /** Of receipts and of the connection. */
  note(about: Record<string, unknown>, words: string): void
  close(): void
}

const write = (text: string) => void process.stdout.write(text)

function jsonOutput(): Output {
  const line = (content: object) => write(`${JSON.stringify({ at: new Date().toISOString(), ...content })}\n`)
  return { kiosk: (facts) => line({ kind: 'kiosk', ...facts }), note: (about) => line(about), close: () => {} }
}

/** A line for each change, for files and pipes. */
function linesOutput(): Output {
  write(`${' '.repeat(25)}${headText(TABLE_WIDTH)}\n`)
  const line = (text: string) => write(`${new Date().toISOString()} ${text}\n`)
  return {
    kiosk: (facts) => line(kioskText(facts, Date.now(), TABLE_WIDTH)),
    note: (_about, words) => line(words),
    close: () => {},
  }
}

function screenOutput(kiosks: () => readonly KioskFacts[]): Output {
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

/** @param args what follows `watch` @returns 0, once somebody has ended it */
export async function runWatch(args: readonly string[]): Promise<number> {
  const options = readLiveOptions('watch', args, {
    values: ['site', 'tenant', 'heads'],
    switches: ['json'],
    devices: true,
  })
  const choice = { site: textOf(options, 'site'), tenant: textOf(options, 'tenant') }
  const { deviceIds } = options
  const operator = await readOperator(options.flags, { needsOrderKey: false })
  const heads = await openKeptHeads(textOf(options, 'heads') ?? null, operator.authority)
  const kiosks = new Map<string, KnownKiosk>()
  const isShown = (kiosk: KnownKiosk) =>
    isChosen(kiosk, choice) && (deviceIds.length === 0 || deviceIds.includes(kiosk.deviceId))
  const shown = () => [...kiosks.values()].filter(isShown).map((kiosk) => describeKiosk(kiosk, Date.now()))
  let output: Output | null = null
  let goneSince: Date | null = null

  async function noteHead(deviceId: string, jws: string | null): Promise<void> {
    const fault = jws === null ? null : await heads.note(deviceId, jws)
    if (fault !== null) output?.note({ kind: 'audit-alarm', deviceId, fault }, `${deviceId}: ${fault}`)
  }

  function note(event: FleetEvent): void {
    const { deviceId } = event
    const now = Date.now()
    const kiosk = noteEvent(kiosks.get(deviceId), event, now)
    kiosks.set(deviceId, kiosk)
    if (event.kind === 'reported') void noteHead(deviceId, event.state.auditHead)
    if (!isShown(kiosk)) return
    if (event.kind === 'receipt') {
      const words = `${deviceId} ${event.receipt.order ?? 'what was sent'}: ${outcomeWords(event.receipt.outcome)}`
      output?.note({ ...event }, plainText(words))
    } else if (event.kind === 'no-receipt') {
      output?.note({ ...event }, `${deviceId}: what calls itself a receipt ${receiptFaultWords(event.why)}`)
    } else output?.kiosk(describeKiosk(kiosk, now))
  }

  const judge = judgeReceipts(operator.authority, (deviceId, checked) => note({ deviceId, ...checked }))
  const session = await openBrokerSession(operator, {
    onMessage(message, isRetained) {
      if (message.kind === 'receipt') judge.take(message.deviceId, message.jws)
      else note({ ...message, isRetained })
    },
    onConnection(isConnected) {
      if (!isConnected) goneSince ??= new Date()
      const since = goneSince?.toISOString().slice(0, 16).replace('T', ' ')
      const gone = `the broker cannot be reached, trying again: all of it is as of ${since} UTC`
      if (isConnected) goneSince = null
      output?.note({ kind: 'connection', isConnected }, isConnected ? 'connected again' : gone)
    },
  })
  // Not before: while it connects, Ctrl+C ends it as it does any other program.
  const interruption = watchInterruption({ endsWithReader: true })
  try {
    if (options.values.json === true) output = jsonOutput()
    else output = process.stdout.isTTY ? screenOutput(shown) : linesOutput()
    await session.follow(['receipts', 'reported', 'presence'], interruption)
    if (!interruption.aborted) await once(interruption, 'abort')
    return 0
  } catch (error) {
    if (interruption.aborted) return 0
    throw error
  } finally {
    output?.close()
    output = null
    await session.close()
    for (const alarm of heads.alarms()) process.stderr.write(`${alarm}\n`)
    await heads.close()
  }
}
