/**
 * Stands between a page and the network: answers the app's own schemes, asks the app's `will-navigate`,
 * `will-frame-navigate` and `will-redirect` before a frame leaves, and its `webRequest` where that is used.
 */
import { asWebContents } from './as-electron.ts'
import { type ChromiumSession, inBackground } from './chromium-connection.ts'
import type { Protocol } from './chromium-protocol.ts'
import type { FrameTree } from './frame-tree.ts'
import { createEvent } from './guarded-emitter.ts'
import { STAND_IN_HOSTS_PATTERN, schemeOfMappedUrl, toElectronUrl } from './scheme-hosts.ts'
import type { StandInSession } from './session.ts'
import type { StandInWebContents } from './web-contents.ts'
import { type Asking, askOnTheWay, EVERY_REQUEST } from './web-request.ts'

type Paused = Protocol.Fetch.requestPausedPayload

export type PageRequests = {
  /** Marks the next load of this URL as the main process's own, which no `will-navigate` is asked about. */
  expectOwn(chromiumUrl: string): void
}

export async function interceptRequests(
  page: {
    session: ChromiumSession
    mainFrameId: string
    sessionOf: (sessionId: string) => ChromiumSession
    frames: FrameTree
  },
  webContents: StandInWebContents,
  standInSession: StandInSession,
): Promise<PageRequests> {
  let ownUrl: string | null = null
  const { questions } = standInSession.standIn
  const asking: Asking = {
    contents: asWebContents(webContents),
    frame: (frameId) => page.frames.frame(frameId),
    isMainFrame: (frameId) => frameId === page.mainFrameId,
  }

  const mayLeave = (paused: Paused): boolean => {
    const url = paused.request.url
    const redirected = paused.redirectedRequestId !== undefined
    const isMainFrame = paused.frameId === page.mainFrameId
    const isOwn = isMainFrame && ownUrl === url && !redirected
    if (isOwn) ownUrl = null
    if (isOwn) return true
    // Frames within the page have no object of their own here.
    const frame = isMainFrame ? webContents.mainFrame : null
    const details = { url: toElectronUrl(url), isSameDocument: false, isMainFrame, frame }
    const event = createEvent(details)
    if (redirected) webContents.emit('will-redirect', event, toElectronUrl(url), false, isMainFrame, 1, 1)
    else if (isMainFrame) webContents.emit('will-navigate', event, toElectronUrl(url), false, true, 1, 1)
    if (redirected || event.defaultPrevented) return !event.defaultPrevented
    const ofFrame = createEvent(details)
    webContents.emit('will-frame-navigate', ofFrame)
    return !ofFrame.defaultPrevented
  }
  const answerOf = async (scheme: string, paused: Paused) => {
    try {
      return await standInSession.standIn.answer(scheme, paused)
    } catch (error) {
      console.error(`electron stand-in: the handler of ${toElectronUrl(paused.request.url)} threw:`, error)
      return null
    }
  }
  const decide = async (session: ChromiumSession, paused: Paused): Promise<unknown> => {
    const { requestId } = paused
    const isAnswered = paused.responseErrorReason !== undefined || paused.responseStatusCode !== undefined
    if (isAnswered) return askOnTheWay(session, paused, questions, asking)
    const isDocument = paused.resourceType === 'Document'
    const scheme = schemeOfMappedUrl(paused.request.url)
    // Chromium asks for a tab's icon of its own accord; Electron has no tabs and does not.
    if (scheme !== null && paused.resourceType === 'Other' && new URL(paused.request.url).pathname === '/favicon.ico') {
      return session.send('Fetch.fulfillRequest', { requestId, responseCode: 204 })
    }
    if (isDocument && !mayLeave(paused)) {
      return session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
    }
    if (isDocument) await standInSession.standIn.applyPermissions(webContents, paused.request.url)
    if (scheme === null) return askOnTheWay(session, paused, questions, asking)
    const answer = await answerOf(scheme, paused)
    if (answer === null) return session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' })
    return session.send('Fetch.fulfillRequest', answer)
  }
  const intercept = async (session: ChromiumSession): Promise<void> => {
    session.on('Fetch.requestPaused', (paused) => {
      const decided = decide(session, paused).catch(async (error: unknown) => {
        // A request that nobody decides about would hang for ever.
        await session.send('Fetch.failRequest', { requestId: paused.requestId, errorReason: 'Failed' })
        throw error
      })
      inBackground(decided)
    })
    // Frames of other sites and workers live in targets of their own, each with its own requests.
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      const child = page.sessionOf(sessionId)
      const started = targetInfo.type === 'iframe' ? interceptFrame(child) : Promise.resolve()
      inBackground(started.then(() => child.send('Runtime.runIfWaitingForDebugger')))
    })
    const some = [{ urlPattern: STAND_IN_HOSTS_PATTERN }, { urlPattern: '*', resourceType: 'Document' as const }]
    const patterns = questions.isUsed() ? EVERY_REQUEST : some
    await Promise.all([
      questions.isUsed() && questions.follow(session),
      session.send('Fetch.enable', { patterns }),
      session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
    ])
  }
  const interceptFrame = async (session: ChromiumSession): Promise<void> => {
    await Promise.all([page.frames.follow(session), intercept(session)])
  }
  await intercept(page.session)
  return {
    expectOwn(chromiumUrl) {
      // A fragment is never part of a request.
      ownUrl = chromiumUrl.replace(/#.*$/s, '')
    },
  }
}
