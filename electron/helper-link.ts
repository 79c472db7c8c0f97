/** The shell's end of the link to the helper: connects for ever. Never keeps a view from before a loss that was not announced. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import { KioskError } from '../contract/kiosk-error.ts'
import { LINK_NOTIFICATIONS, LINK_REQUESTS } from '../contract/link-protocol.ts'
import { type KioskSnapshot, kioskSnapshotSchema, type Painted } from '../contract/session-state.ts'
import { type HelperConnection, openHelperConnection } from './helper-connection.ts'
import { startTimer } from './node-link.ts'

/** A helper on the same machine is either there at once or being restarted. */
const RECONNECT_MS = { first: 50, most: 200 }

/** How long the last view stays on the glass while the helper does a restart that it has announced. */
const RESTART_LIMIT_MS = 3_000

/** What the helper last said, if it is there. */
export type HelperView = { kind: 'unlinked'; everLinked: boolean } | { kind: 'linked'; snapshot: KioskSnapshot }

/** One of `LINK_REQUESTS`. */
type LinkRequest<P, R> = { method: string; params: z.ZodType<unknown, P>; result: z.ZodType<R> }

export type HelperLink = {
  view(): HelperView
  /** @throws KioskError `link-closed` while the helper is away; its refusals are thrown as they are */
  ask<P extends object, R>(request: LinkRequest<P, R>, params: P): Promise<R>
  /** While the helper is away it is nobody's news: the next view will be painted anew. */
  reportPainted(painted: Painted): Promise<void>
  /** The page died: from here on this is another screen to the helper, and nothing of the old one's view is shown. */
  renewScreen(): void
  /** For good: nothing is shown any more. */
  close(): void
}

const newScreenId = () => randomBytes(32).toString('hex')

/** The same view with its clock read now: a page that asks late must not think that it has more time. */
function agedBy(view: HelperView, ageMs: number): HelperView {
  if (view.kind === 'unlinked') return view
  const { monotonicMs, epochMs } = view.snapshot.clock
  const clock = { monotonicMs: monotonicMs + ageMs, epochMs: epochMs + ageMs }
  return { ...view, snapshot: { ...view.snapshot, clock } }
}

/**
 * Keeps the link up until it is closed.
 *
 * @param onView called with every change of the view
 * @param onFault called with every failed attempt; expected while the helper restarts
 */
export function keepHelperLink(
  runtimeFolder: string,
  onView: (view: HelperView) => void,
  onFault: (error: unknown) => void,
): HelperLink {
  /** One for the life of a page: the helper knows by it that the same screen is back. */
  let screenId = newScreenId()
  const closing = new AbortController()
  let view: HelperView = { kind: 'unlinked', everLinked: false }
  let viewChangedAtMs = performance.now()
  /** Also while it has not been answered yet. */
  let open: HelperConnection | null = null
  let current: HelperConnection | null = null
  let restartAnnouncedAtMs = Number.NEGATIVE_INFINITY
  let stopKeeping: (() => void) | null = null

  function change(next: HelperView): void {
    stopKeeping?.()
    stopKeeping = null
    view = next
    viewChangedAtMs = performance.now()
    if (!closing.signal.aborted) onView(next)
  }

  const show = (snapshot: unknown) => change({ kind: 'linked', snapshot: kioskSnapshotSchema.parse(snapshot) })
  const showNothing = () => change({ kind: 'unlinked', everLinked: true })

  /** After every link that ended and every attempt that failed. */
  function noteLoss(): void {
    if (view.kind === 'unlinked' || stopKeeping !== null) return
    // It holds for one loss, and for one that follows soon: it says nothing of a crash later on.
    const isAnnounced = performance.now() - restartAnnouncedAtMs < RESTART_LIMIT_MS
    restartAnnouncedAtMs = Number.NEGATIVE_INFINITY
    if (isAnnounced) stopKeeping = startTimer(RESTART_LIMIT_MS, showNothing)
    else showNothing()
  }

  async function follow(connection: HelperConnection): Promise<void> {
    const { rpc, closed, close } = connection
    open = connection
    try {
      closing.signal.throwIfAborted()
      rpc.onNotification(LINK_NOTIFICATIONS.snapshot.method, show)
      rpc.onNotification(LINK_NOTIFICATIONS.restarting.method, () => {
        restartAnnouncedAtMs = performance.now()
      })
      rpc.listen()
      const first = rpc.sendRequest(LINK_REQUESTS.subscribe.method, { screenId })
      const snapshot = await Promise.race([first, closed])
      if (snapshot === undefined) return
      // Not before: what is pressed on a view of the helper before this one is not for this one.
      current = connection
      show(snapshot)
      await closed
    } finally {
      open = null
      current = null
      close()
    }
  }

  async function keep(): Promise<void> {
    const { signal } = closing
    for (let delayMs = RECONNECT_MS.first; !signal.aborted; delayMs = Math.min(delayMs * 1.5, RECONNECT_MS.most)) {
      try {
        await follow(await openHelperConnection(runtimeFolder))
        delayMs = RECONNECT_MS.first
      } catch (error) {
        if (!signal.aborted) onFault(error)
      }
      if (!signal.aborted) noteLoss()
      await sleep(delayMs, undefined, { signal }).catch(() => {})
    }
  }
  void keep()

  /** What is pressed while the view is kept over a restart is for the helper that comes: a sign-out must not be lost. */
  async function linked(): Promise<HelperConnection | null> {
    while (!current && stopKeeping !== null && !closing.signal.aborted) await sleep(RECONNECT_MS.first)
    return current
  }

  async function request(method: string, params: object, isSecondTry = false): Promise<unknown> {
    const connection = await linked()
    if (!connection) throw new KioskError('link-closed', 'the helper is away')
    try {
      return await connection.rpc.sendRequest(method, params)
    } catch (cause) {
      // Where the helper that was asked is gone without an answer, the loss is noted in this turn of the event loop.
      await sleep(0)
      if (connection === current) throw cause
      if (stopKeeping !== null && !isSecondTry) return request(method, params, true)
      throw new KioskError('link-closed', 'the helper went away', { cause })
    }
  }

  return {
    view: () => agedBy(view, performance.now() - viewChangedAtMs),
    ask: async ({ method, result }, params) => result.parse(await request(method, params)),
    async reportPainted(painted) {
      if (current) await request(LINK_REQUESTS.painted.method, painted)
    },
    renewScreen() {
      screenId = newScreenId()
      restartAnnouncedAtMs = Number.NEGATIVE_INFINITY
      if (view.kind === 'linked') showNothing()
      // The helper takes the end of the link for the end of the screen; the next one brings the new name.
      open?.close()
    },
    close() {
      closing.abort()
      open?.close()
      stopKeeping?.()
      stopKeeping = null
    },
  }
}
