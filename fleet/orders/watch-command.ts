/** `fleetctl watch`: what every kiosk says of itself, as it says so. Changes nothing. */
import { once } from 'node:events'
import { type FleetEvent, type KnownKiosk, noteEvent } from '../follow/fleet-view.ts'
import { describeKiosk, isChosen, type KioskFacts } from '../follow/kiosk-facts.ts'
import { plainText } from '../follow/plain-text.ts'
import { openBrokerSession } from './broker-session.ts'
import { watchInterruption } from './interruption.ts'
import { judgeReceipts } from './judge-receipts.ts'
import { openKeptHeads } from './kept-heads.ts'
import { type LiveOptions, readLiveOptions, textOf } from './live-options.ts'
import { readOperator } from './operator-files.ts'
import { outcomeWords, receiptFaultWords } from './order-words.ts'
import { openWatchOutput, type WatchOutput } from './watch-output.ts'

/** What has come so far, of the kiosks that somebody has asked for. */
function collectFacts(options: LiveOptions) {
  const choice = { site: textOf(options, 'site'), tenant: textOf(options, 'tenant') }
  const kiosks = new Map<string, KnownKiosk>()
  const isShown = (kiosk: KnownKiosk) =>
    isChosen(kiosk, choice) && (options.deviceIds.length === 0 || options.deviceIds.includes(kiosk.deviceId))
  return {
    /** @returns null where nobody has asked for this kiosk */
    note(event: FleetEvent): KioskFacts | null {
      const now = Date.now()
      const kiosk = noteEvent(kiosks.get(event.deviceId), event, now)
      kiosks.set(event.deviceId, kiosk)
      return isShown(kiosk) ? describeKiosk(kiosk, now) : null
    },
    shown: () => [...kiosks.values()].filter(isShown).map((kiosk) => describeKiosk(kiosk, Date.now())),
  }
}

function tellEvent(output: WatchOutput | null, event: FleetEvent, facts: KioskFacts): void {
  const { deviceId } = event
  if (event.kind === 'receipt') {
    const words = `${deviceId} ${event.receipt.order ?? 'what was sent'}: ${outcomeWords(event.receipt.outcome)}`
    output?.note({ ...event }, plainText(words))
  } else if (event.kind === 'no-receipt') {
    output?.note({ ...event }, `${deviceId}: what calls itself a receipt ${receiptFaultWords(event.why)}`)
  } else output?.kiosk(facts)
}

/** Says once a gap since when nothing new can come. */
function connectionTeller(tell: (isConnected: boolean, words: string) => void) {
  let goneSince: Date | null = null
  return (isConnected: boolean) => {
    goneSince = isConnected ? null : (goneSince ?? new Date())
    const since = goneSince?.toISOString().slice(0, 16).replace('T', ' ')
    const gone = `the broker cannot be reached, trying again: all of it is as of ${since} UTC`
    tell(isConnected, isConnected ? 'connected again' : gone)
  }
}

/** @param args what follows `watch` @returns 0, once somebody has ended it */
export async function runWatch(args: readonly string[]): Promise<number> {
  const takes = { values: ['site', 'tenant', 'heads'], switches: ['json'], devices: true }
  const options = readLiveOptions('watch', args, takes)
  const operator = await readOperator(options.flags, { needsOrderKey: false })
  const heads = await openKeptHeads(textOf(options, 'heads') ?? null, operator.authority)
  const facts = collectFacts(options)
  let output: WatchOutput | null = null

  async function noteHead(deviceId: string, jws: string | null): Promise<void> {
    const fault = jws === null ? null : await heads.note(deviceId, jws)
    if (fault !== null) output?.note({ kind: 'audit-alarm', deviceId, fault }, `${deviceId}: ${fault}`)
  }

  function note(event: FleetEvent): void {
    if (event.kind === 'reported') void noteHead(event.deviceId, event.state.auditHead)
    const known = facts.note(event)
    if (known) tellEvent(output, event, known)
  }

  const judge = judgeReceipts(operator.authority, (deviceId, checked) => note({ deviceId, ...checked }))
  const session = await openBrokerSession(operator, {
    onMessage(message, isRetained) {
      if (message.kind === 'receipt') judge.take(message.deviceId, message.jws)
      else note({ ...message, isRetained })
    },
    onConnection: connectionTeller((isConnected, words) => output?.note({ kind: 'connection', isConnected }, words)),
  })
  // Not before: while it connects, Ctrl+C ends it as it does any other program.
  const interruption = watchInterruption({ endsWithReader: true })
  try {
    output = openWatchOutput(options.values.json === true, facts.shown)
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
