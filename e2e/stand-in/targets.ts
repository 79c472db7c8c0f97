/** Follows Chromium's pages: hands a new window to its opener while it is still paused, lets all others run. */
import { type ChromiumConnection, type ChromiumSession, inBackground } from './chromium-connection.ts'
import type { ChromiumProcess } from './chromium-process.ts'
import type { Protocol } from './chromium-protocol.ts'

export type Target = { info: Protocol.Target.TargetInfo; session: ChromiumSession }
type TargetOwner = {
  /** A window that this page opened; it waits, without any request, until it is run or closed. */
  onPopup(popup: Target): void
  onGone(): void
  onCrash(details: { status: string; errorCode: number }): void
}

export type Targets = {
  create(params: Protocol.CommandParameters['Target.createTarget']): Promise<Target>
  own(targetId: string, owner: TargetOwner): void
}

function followTargets({ browser, session: sessionOf }: ChromiumConnection): Targets {
  const owners = new Map<string, TargetOwner>()
  const arrived = new Map<string, Target>()
  browser.on('Target.attachedToTarget', ({ sessionId, targetInfo: info }) => {
    const target = { info, session: sessionOf(sessionId) }
    const opener = owners.get(info.openerId ?? '')
    if (info.type === 'page' && opener !== undefined) {
      opener.onPopup(target)
      return
    }
    // A page of ours starts as about:blank; one of another protocol client is none of our business.
    if (info.type === 'page') arrived.set(info.targetId, target)
    inBackground(target.session.send('Runtime.runIfWaitingForDebugger'))
  })
  browser.on('Target.detachedFromTarget', ({ targetId = '' }) => {
    arrived.delete(targetId)
    owners.get(targetId)?.onGone()
    owners.delete(targetId)
  })
  browser.on('Target.targetCrashed', ({ targetId, status, errorCode }) => {
    owners.get(targetId)?.onCrash({ status, errorCode })
  })
  inBackground(browser.send('Target.setDiscoverTargets', { discover: true, filter: [{ type: 'page' }] }))
  return {
    async create(params) {
      const { targetId } = await browser.send('Target.createTarget', params)
      const target = arrived.get(targetId)
      if (target === undefined) throw new Error('electron stand-in: Chromium opened a page without telling of it')
      return target
    },
    own(targetId, owner) {
      owners.set(targetId, owner)
    },
  }
}

const known = new WeakMap<ChromiumProcess, Targets>()

/** The targets of a Chromium; the first call starts following them. */
export function targetsOf(chromium: ChromiumProcess): Targets {
  const targets = known.get(chromium) ?? followTargets(chromium.connection)
  known.set(chromium, targets)
  return targets
}
