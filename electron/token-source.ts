/** The access token of one session, asked of the helper when a request needs it. Never writes it anywhere. */
import type { AccessTokenAnswer } from '../contract/access-token.ts'
import { LINK_REQUESTS } from '../contract/link-protocol.ts'
import type { HelperLink } from './helper-link.ts'
import { startTimer } from './node-link.ts'
import { reportFault } from './shell-log.ts'

/** A token is asked for anew after this, so that a renewed one is in use within a minute. */
const LONGEST_KEEP_MS = 60_000
/** Longer than the helper takes to renew one; a request goes without a token rather than hang. */
const ANSWER_LIMIT_MS = 5_000

type Token = { accessToken: string; serial: number }

export type TokenSource = {
  /** Null where the helper gives none in time. */
  current(): Promise<Token | null>
  /** The API refused this one: resolves when the helper gave another, or cannot. Asks once for each token. */
  refused(serial: number): Promise<void>
  /** For good. */
  close(): void
}

/** @param generation of the session; the helper gives no token of another */
export function openTokenSource(link: Pick<HelperLink, 'ask' | 'view'>, generation: number): TokenSource {
  let kept: (Token & { untilMs: number }) | null = null
  let refusedSerial: number | null = null
  let asking: Promise<void> | null = null
  let isClosed = false

  function keep(answer: AccessTokenAnswer): void {
    kept = null
    const view = link.view()
    if (isClosed || answer.kind === 'none' || view.kind === 'unlinked') return
    const { accessToken, serial, expiresAtMs } = answer
    const keepMs = Math.min(LONGEST_KEEP_MS, (expiresAtMs - view.snapshot.clock.monotonicMs) / 2)
    kept = { accessToken, serial, untilMs: performance.now() + keepMs }
  }

  async function askHelper(rejectedSerial: number | null): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const stop = startTimer(ANSWER_LIMIT_MS, () => reject(new Error('the helper gave none in time')))
    try {
      keep(await Promise.race([link.ask(LINK_REQUESTS.accessToken, { generation, rejectedSerial }), late]))
    } catch (error) {
      kept = null
      reportFault('no access token for the hosted app', error)
    } finally {
      stop()
    }
  }

  /** One question at a time; whoever comes meanwhile waits for its answer. */
  function askOnce(rejectedSerial: number | null): Promise<void> {
    asking ??= askHelper(rejectedSerial).finally(() => {
      asking = null
    })
    return asking
  }

  return {
    async current() {
      if (isClosed) return null
      if (kept === null || performance.now() >= kept.untilMs) await askOnce(null)
      return kept === null ? null : { accessToken: kept.accessToken, serial: kept.serial }
    },
    async refused(serial) {
      if (isClosed || serial === refusedSerial) return asking ?? undefined
      // A fresh one is here already: this answer was on its way for long.
      if (kept !== null && kept.serial !== serial) return
      refusedSerial = serial
      while (asking !== null) await asking
      // Whoever asks from here on waits for the fresh one.
      kept = null
      await askOnce(serial)
    },
    close() {
      isClosed = true
      kept = null
    },
  }
}
