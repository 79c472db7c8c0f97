/** What the shell has said since the page began. Nothing is lost between its first answer and the first drawing. */
import type { KioskBridge } from '../contract/window-bridge.ts'
import { NOTHING_RECEIVED, type ReceivedView, receiveView } from './received-view.ts'
import { reportProblem } from './report-problem.ts'

export type ViewStore = {
  current(): ReceivedView
  /** @returns the way to stop listening */
  subscribe(onChange: () => void): () => void
}

/** Resolves once the shell has said anything: a page that drew before would draw twice. Never rejects. */
export async function openViewStore(bridge: KioskBridge): Promise<ViewStore> {
  let received = NOTHING_RECEIVED
  const listeners = new Set<() => void>()
  const { promise: first, resolve } = Promise.withResolvers<void>()
  const receive = (view: Parameters<typeof receiveView>[1]) => {
    received = receiveView(received, view, performance.now())
    for (const listener of listeners) listener()
    resolve()
  }
  bridge.onView(receive)
  bridge.getView().then(
    (view) => {
      // The answer may come after a view that is newer than it.
      if (received === NOTHING_RECEIVED) receive(view)
    },
    (error: unknown) => {
      reportProblem('The shell did not answer with a view', error)
      resolve()
    },
  )
  await first
  return {
    current: () => received,
    subscribe(onChange) {
      listeners.add(onChange)
      return () => void listeners.delete(onChange)
    },
  }
}
