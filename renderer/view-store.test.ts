import { describe, expect, it, vi } from 'vitest'
import type { KioskBridge, KioskView } from '../contract/window-bridge.ts'
import { NOTHING_RECEIVED } from './received-view.ts'
import { openViewStore } from './view-store.ts'

const OLD: KioskView = { kind: 'unlinked', everLinked: false }
const NEW: KioskView = { kind: 'unlinked', everLinked: true }

function shell() {
  const answer = Promise.withResolvers<KioskView>()
  let push: (view: KioskView) => void = () => {}
  const bridge = {
    getView: () => answer.promise,
    onView: (listener: typeof push) => {
      push = listener
      return () => {}
    },
  } as unknown as KioskBridge
  return { bridge, answer, push: (view: KioskView) => push(view) }
}

describe('openViewStore', () => {
  it('waits for the answer, and tells of every view after it', async () => {
    const { bridge, answer, push } = shell()
    answer.resolve(OLD)
    const views = await openViewStore(bridge)
    expect(views.current().view).toBe(OLD)
    const heard = vi.fn()
    const stop = views.subscribe(heard)
    push(NEW)
    expect(views.current().view).toBe(NEW)
    expect(heard).toHaveBeenCalledOnce()
    stop()
    push(OLD)
    expect(heard).toHaveBeenCalledOnce()
  })

  it('keeps a view that came before an answer older than it', async () => {
    const { bridge, answer, push } = shell()
    const opening = openViewStore(bridge)
    push(NEW)
    const views = await opening
    answer.resolve(OLD)
    await answer.promise
    expect(views.current().view).toBe(NEW)
  })

  it('goes on without a view where the shell refuses to answer, and says so', async () => {
    const { bridge, answer, push } = shell()
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    answer.reject(new Error('no'))
    const views = await openViewStore(bridge)
    expect(views.current()).toBe(NOTHING_RECEIVED)
    expect(told).toHaveBeenCalledOnce()
    push(NEW)
    expect(views.current().view).toBe(NEW)
    told.mockRestore()
  })
})
