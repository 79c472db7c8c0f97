/** Keeps operations' picture of this kiosk current, without a message for every second. Never sends a state it did not parse. */
import { type ReportedState, reportedStateSchema } from '../../contract/reported-state.ts'
import type { Log } from '../log.ts'
import { hasNews } from './reported.ts'

/** So that a sign-in's steps come as they happen, and a burst of them as one. */
const GAP_MS = 250
/** Nothing has changed, and whoever watches still wants to know how old that is. */
const UNCHANGED_MS = 5 * 60_000

export type StateReport = {
  /** Something may have changed. */
  note(): void
  /** The broker may have lost what it had. */
  renew(): void
  stop(): void
}

export function reportState(options: {
  describe: () => Promise<ReportedState>
  /** Resolves once the broker has it. */
  send: (state: string) => Promise<void>
  log: Log
}): StateReport {
  const { describe, send, log } = options
  let sent: ReportedState | null = null
  let timer: NodeJS.Timeout | null = null
  let isSending = false
  let isConnected = false
  let isStopped = false
  /** Something happened while the last state was on its way. */
  let isNoted = false

  function note(): void {
    isNoted = isSending
    if (!isSending) sendLater(GAP_MS)
  }

  function sendLater(delayMs: number): void {
    if (isStopped || !isConnected || timer) return
    timer = setTimeout(() => {
      timer = null
      void sendNow()
    }, delayMs).unref()
  }

  async function sendNow(): Promise<void> {
    // One at a time: what happens meanwhile is in the next.
    if (isSending || isStopped) return
    isSending = true
    isNoted = false
    try {
      const state = await describe()
      const isDue = sent === null || state.atEpochMs - sent.atEpochMs >= UNCHANGED_MS
      if (isDue || hasNews(sent, state)) {
        await send(JSON.stringify(reportedStateSchema.parse(state)))
        sent = state
      }
    } catch (error) {
      log.warn({ err: error }, 'this kiosk’s state could not be reported')
    } finally {
      isSending = false
    }
    if (isNoted) note()
  }

  const refresh = setInterval(() => sendLater(0), UNCHANGED_MS).unref()
  return {
    note,
    renew() {
      isConnected = true
      sent = null
      sendLater(0)
    },
    stop() {
      isStopped = true
      clearInterval(refresh)
      if (timer) clearTimeout(timer)
    },
  }
}
