/** Asks the gateway whether this device is active, and lets nothing past without its yes. Decides nothing about a session. */
import { ATTESTATION_PATH } from '../../contract/attestation.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import { REQUEST_TIMEOUT_MS } from '../oauth/provider-network.ts'
import { troubleCodeOf } from '../session/code-retry.ts'
import {
  type AttestationRecord,
  isActive,
  noteActive,
  noteFailure,
  noteRefused,
  quietUntil,
  startRecord,
} from './attestation-record.ts'
import { isDeviceRefused, readAttestation } from './gateway-answer.ts'
import type { GatewayLanes } from './gateway-lanes.ts'
import { GatewayWord } from './gateway-word.ts'

/** A device that was turned away a moment ago is not asked about for each request that fails for it. */
const REFUSAL_STANDS_MS = 5_000

export type Attestation = {
  /** Resolves on the strength of an answer that still counts, else asks. @throws KioskError */
  ensure(): Promise<void>
  /** Asks now. @throws KioskError */
  ask(): Promise<void>
  /** What the gateway said of this device in answer to another request. */
  noteWord(word: KioskError): void
  record(): AttestationRecord
  /** Asks by itself from now on, whenever its last answer nears its end. */
  start(): void
  stop(): void
}

export type AttestationOptions = {
  recheckMs: number
  clock: KioskClock
  log: Log
  /** The gateway turned this device away; once for each new reason. */
  onRefused: (refusal: KioskError) => void
}

const reasonOf = ({ cause }: KioskError) => (cause instanceof GatewayWord ? cause.reason : 'no reason')

export function openAttestation(lanes: GatewayLanes, options: AttestationOptions): Attestation {
  const { recheckMs, clock, log, onRefused } = options
  const random = () => clock.random()
  let record = startRecord(clock.nowMs())
  /** The error that the newest refusal or failure was. */
  let lastFault: KioskError | null = null
  let asking: Promise<void> | null = null
  let waiting: AbortController | null = null
  const stopping = new AbortController()

  function noteRefusal(refusal: KioskError): void {
    const { code, reason } = { code: troubleCodeOf(refusal), reason: reasonOf(refusal) }
    const isNews = record.answer?.kind !== 'refused' || record.answer.code !== code || record.answer.reason !== reason
    record = noteRefused({ code, reason }, recheckMs, clock.nowMs())
    lastFault = refusal
    if (!isNews) return
    log.warn({ event: 'device.refused', code, reason }, 'the gateway turns this device away')
    onRefused(refusal)
  }

  function noteTrouble(error: unknown): KioskError {
    const failure = readProviderFailure(error)
    const { trouble } = failure
    const isNews = record.failure?.code !== trouble.code
    const retryAfterMs = failure.kind === 'transient' ? failure.retryAfterMs : null
    record = noteFailure(record, { code: troubleCodeOf(trouble), retryAfterMs }, clock.nowMs(), random)
    lastFault = trouble
    if (isNews)
      log.warn({ err: trouble, event: 'gateway.unanswered' }, 'the gateway does not say whether this device is active')
    return trouble
  }

  async function askOnce(): Promise<void> {
    const { deviceId } = lanes.identity()
    try {
      const init = { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) }
      await readAttestation(await lanes.fetch(ATTESTATION_PATH, init), deviceId)
    } catch (error) {
      if (error instanceof KioskError && isDeviceRefused(error)) {
        noteRefusal(error)
        throw error
      }
      throw noteTrouble(error)
    }
    if (record.answer?.kind !== 'active' || record.failure) log.info({ event: 'device.active', deviceId })
    record = noteActive(recheckMs, clock.nowMs(), random)
    lastFault = null
  }

  function ask(): Promise<void> {
    if (lastFault && quietUntil(record, clock.nowMs()) !== null) return Promise.reject(lastFault)
    asking ??= askOnce().finally(() => {
      asking = null
      arm()
    })
    return asking
  }

  /** Of the moment at which it is asked though nobody wants anything. */
  function arm(): void {
    if (!waiting) return
    waiting.abort()
    waiting = new AbortController()
    const signal = AbortSignal.any([waiting.signal, stopping.signal])
    clock.wait(Math.max(record.askAtMs - clock.nowMs(), 0), signal).then(
      // Whatever keeps it from answering stands in its record.
      () => void ask().catch(() => arm()),
      () => {
        // Asked meanwhile, or stopped.
      },
    )
  }

  return {
    ask,
    record: () => record,
    async ensure() {
      const nowMs = clock.nowMs()
      if (isActive(record, recheckMs, nowMs)) return
      const { answer } = record
      if (lastFault && answer?.kind === 'refused' && nowMs - answer.atMs < REFUSAL_STANDS_MS) throw lastFault
      await ask()
    },
    noteWord(word) {
      if (isDeviceRefused(word)) noteRefusal(word)
    },
    start() {
      waiting = new AbortController()
      arm()
    },
    stop() {
      stopping.abort(new Error('the helper stops'))
      waiting?.abort()
      waiting = null
    },
  }
}
