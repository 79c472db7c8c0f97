/** Follows a page's frames, those of other sites included, and shows them as Electron's `WebFrameMain`. Decides nothing. */
import type { WebFrameMain } from 'electron'
import { asWebFrameMain } from './as-electron.ts'
import type { ChromiumSession } from './chromium-connection.ts'
import type { Protocol } from './chromium-protocol.ts'
import { createFrame } from './web-frame-main.ts'

type Known = { parentId: string | null; url: string; origin: string }

export type FrameTree = {
  /** Of the page itself, or of a frame that has a process and so a session of its own. */
  follow(session: ChromiumSession): Promise<void>
  /** As it is now; null for a frame that is gone. */
  frame(frameId: string): WebFrameMain | null
  /** Every origin that any frame has shown: whose storage there may be something in. */
  origins(): string[]
}

export function createFrameTree(contentsId: number): FrameTree {
  const frames = new Map<string, Known>()
  const origins = new Set<string>()
  const numbers = new Map<string, number>()

  const note = (frameId: string, change: Partial<Known>) => {
    frames.set(frameId, { parentId: null, url: 'about:blank', origin: 'null', ...frames.get(frameId), ...change })
  }
  const noteContext = ({ context }: Protocol.Runtime.executionContextCreatedPayload) => {
    const { frameId, isDefault } = context.auxData ?? {}
    // The one place where Chromium tells what a document really is: that of a sandboxed one is not its URL's.
    if (!isDefault || frameId === undefined) return
    const origin = /^https?:/.test(context.origin) ? new URL(context.origin).origin : 'null'
    note(frameId, { origin })
    if (origin !== 'null') origins.add(origin)
  }
  const frameOf = (frameId: string): WebFrameMain | null => {
    const known = frames.get(frameId)
    if (known === undefined) return null
    const number = numbers.get(frameId) ?? numbers.size + 1
    numbers.set(frameId, number)
    const { parentId, url } = known
    return asWebFrameMain(
      createFrame({
        id: contentsId * 1_000 + number,
        currentUrl: () => url,
        origin: () => known.origin,
        parent: () => (parentId === null ? null : frameOf(parentId)),
      }),
    )
  }
  return {
    frame: frameOf,
    origins: () => [...origins],
    async follow(session) {
      session.on('Page.frameAttached', ({ frameId, parentFrameId }) => note(frameId, { parentId: parentFrameId }))
      session.on('Page.frameNavigated', ({ frame }) => note(frame.id, { url: frame.url }))
      session.on('Page.frameDetached', ({ frameId, reason }) => {
        // Swapped: it goes on in a session of its own.
        if (reason === 'remove') frames.delete(frameId)
      })
      session.on('Runtime.executionContextCreated', noteContext)
      await Promise.all([session.send('Page.enable'), session.send('Runtime.enable')])
    },
  }
}
