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
import type { DeviceIdentity } from './device-identity.ts'
import { isDeviceRefused, judgeWord, readAttestation } from './gateway-answer.ts'
import type { GatewayLanes } from './gateway-lanes.ts'
import { GatewayWord } from './gateway-word.ts'

/** A device that was turned away a moment ago is not asked about for each request that fails for it. */
const REFUSAL_STANDS_MS = 5_000

export type Attestation = {
  /** Resolves on the strength of an answer that still counts, else asks. @throws KioskError */
  ensure(): Promise<void>
  /** Asks now. @throws KioskError */
  ask(): Promise<void>
  /**
   * What the gateway said in answer to another request.
   *
   * @param shown as whom the request left
   * @returns what to make of it; null where this device shows another certificate by now, and the word is not of that one
   */
  noteWord(word: KioskError, shown: DeviceIdentity): KioskError | null
  record(): AttestationRecord
  /** Asks by itself from now on, whenever its last answer nears its end. */
  start(): void
  /** Nobody waits any longer for the question under way; the next one is free to ask anew. */
  callOff(): void
  stop(): void
}

export type AttestationOptions = {
  recheckMs: number
  clock: KioskClock
  log: Log
  /** The gateway turned this device away; once for each new reason. */
  onRefused: (refusal: KioskError) => void
}

const ACCEPT = { accept: 'application/json' }

const reasonOf = ({ cause }: KioskError) => (cause instanceof GatewayWord ? cause.reason : 'no reason')

export function openAttestation(lanes: GatewayLanes, options: AttestationOptions): Attestation {
  const { recheckMs, clock, log, onRefused } = options
  const random = () => clock.random()
  let record = startRecord(clock.nowMs())
  /** The error that the newest refusal or failure was. */
  let lastFault: unknown = null
  /** As whom this device was turned away last. */
  let refusedAs: DeviceIdentity | null = null
  let refusals = 0
  let asking: Promise<void> | null = null
  let question = new AbortController()
  let waiting: AbortController | null = null
  const stopping = new AbortController()

  const isOutdated = ({ certificateChainPem }: DeviceIdentity) =>
    certificateChainPem !== lanes.identity().certificateChainPem

  function noteRefusal(refusal: KioskError, shown: DeviceIdentity): void {
    refusals += 1
    refusedAs = shown
    const { code, reason } = { code: troubleCodeOf(refusal), reason: reasonOf(refusal) }
    const isNews = record.answer?.kind !== 'refused' || record.answer.code !== code || record.answer.reason !== reason
    record = noteRefused({ code, reason }, recheckMs, clock.nowMs())
    lastFault = refusal
    if (!isNews) return
    log.warn({ event: 'device.refused', code, reason }, 'the gateway turns this device away')
    onRefused(refusal)
  }

  /** Its translation is for people: what is thrown is the error itself, of which a renewal tells whether waiting may help. */
  function noteTrouble(error: unknown): void {
    const failure = readProviderFailure(error)
    const { trouble } = failure
    const isNews = record.failure?.code !== trouble.code
    const retryAfterMs = failure.kind === 'transient' ? failure.retryAfterMs : null
    record = noteFailure(record, { code: troubleCodeOf(trouble), retryAfterMs }, clock.nowMs(), random)
    lastFault = error
    if (isNews)
      log.warn({ err: trouble, event: 'gateway.unanswered' }, 'the gateway does not say whether this device is active')
  }

  /** @throws what `fetch` throws, and KioskError for everything but "this device is active" */
  async function readAnswer({ deviceId }: DeviceIdentity, calledOff: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(REQUEST_TIMEOUT_MS), calledOff])
    await readAttestation(await lanes.fetch(ATTESTATION_PATH, { headers: ACCEPT, signal }), deviceId)
  }

  async function askOnce(): Promise<void> {
    const calledOff = AbortSignal.any([question.signal, stopping.signal])
    for (;;) {
      const shown = lanes.identity()
      const refusalsBefore = refusals
      const fault = await readAnswer(shown, calledOff).then(
        () => null,
        (error: unknown) => ({ error: error instanceof KioskError ? judgeWord(error, shown, Date.now()) : error }),
      )
      // Not the gateway's doing, and no reason for a session to end.
      if (calledOff.aborted) throw new KioskError('gateway-unreachable', 'the question was called off')
      // The answer is of a certificate that is not shown any more.
      if (isOutdated(shown)) continue
      if (fault === null) {
        // A refusal that came meanwhile may be the newer one.
        if (refusals !== refusalsBefore) continue
        if (record.answer?.kind !== 'active' || record.failure)
          log.info({ event: 'device.active', deviceId: shown.deviceId })
        record = noteActive(recheckMs, clock.nowMs(), random)
        lastFault = null
        return
      }
      const { error } = fault
      if (error instanceof KioskError && isDeviceRefused(error)) noteRefusal(error, shown)
      else noteTrouble(error)
      throw error
    }
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
      const isFresh = answer?.kind === 'refused' && nowMs - answer.atMs < REFUSAL_STANDS_MS
      if (lastFault && isFresh && refusedAs && !isOutdated(refusedAs)) throw lastFault
      await ask()
    },
    noteWord(word, shown) {
      if (isOutdated(shown) && isDeviceRefused(word)) return null
      const judged = judgeWord(word, shown, Date.now())
      if (isDeviceRefused(judged)) noteRefusal(judged, shown)
      return judged
    },
    start() {
      waiting = new AbortController()
      arm()
    },
    callOff() {
      question.abort()
      question = new AbortController()
    },
    stop() {
      stopping.abort(new Error('the helper stops'))
      waiting?.abort()
      waiting = null
    },
  }
}
