/** Stands between the hosted app and the network: adds the access token where it may be. Never lets it go elsewhere. */
import { createHash } from 'node:crypto'
import type { OnBeforeSendHeadersListenerDetails as SendDetails, Session, WebFrameMain } from 'electron'
import { mayCarryToken, type TokenScope } from './api-token.ts'
import type { TokenSource } from './token-source.ts'

type Headers = Record<string, string | string[]>

const STATUS_UNAUTHORIZED = 401

/**
 * Enforced by Chromium on every document of the app and on the frames in it: no dialog, no printing, no new window, no
 * download, and no frame that leads the whole page away.
 */
const SANDBOX_POLICY = 'sandbox allow-scripts allow-same-origin allow-forms'

const digest = (text: string) => createHash('sha256').update(text).digest('base64')

/** From the frame that asked to the page; null where it is gone: Electron then throws or answers null. */
function originsOf(frame: WebFrameMain | null | undefined): string[] | null {
  const origins: string[] = []
  try {
    for (let each = frame ?? null; each !== null; each = each.parent) origins.push(each.origin)
  } catch {
    return null
  }
  return frame ? origins : null
}

function addPolicy(headers: Record<string, string[]> = {}): Record<string, string[]> {
  const name = Object.keys(headers).find((key) => /^content-security-policy$/i.test(key)) ?? 'Content-Security-Policy'
  return { ...headers, [name]: [...(headers[name] ?? []), SANDBOX_POLICY] }
}

/**
 * @param contentsId of the one view that may ask
 * @returns what ends it: from then on this session sends nothing to anybody
 */
export function guardAppRequests(
  { webRequest }: Session,
  { scope, contentsId, tokens }: { scope: TokenScope; contentsId: number; tokens: TokenSource },
): () => void {
  /** Requests under way that carried a token, and which one. */
  const carried = new Map<number, number>()
  const redirected = new Set<number>()
  /** Of every token of this session: none of them may leave by any other way, however old. */
  const givenDigests = new Set<string>()
  let isOver = false

  function mayCarry(details: SendDetails): boolean {
    const isOwnContents = details.webContentsId === contentsId
    const frameOrigins = originsOf(details.frame)
    const isRedirected = redirected.has(details.id)
    return mayCarryToken({ ...details, isOwnContents, frameOrigins, isRedirected }, scope)
  }

  function withoutToken({ id, requestHeaders }: SendDetails, isReplaced: boolean): Headers {
    const isOurs = (value: string) => isReplaced || carried.has(id) || givenDigests.has(digest(value))
    return Object.fromEntries(
      Object.entries(requestHeaders).filter(([name, value]) => !(/^authorization$/i.test(name) && isOurs(value))),
    )
  }

  async function headersFor(details: SendDetails): Promise<Headers> {
    if (!mayCarry(details)) return withoutToken(details, false)
    const token = await tokens.current()
    // The frame may have gone elsewhere while the helper was asked.
    if (token === null || !mayCarry(details)) return withoutToken(details, false)
    const authorization = `Bearer ${token.accessToken}`
    givenDigests.add(digest(authorization))
    carried.set(details.id, token.serial)
    return { ...withoutToken(details, true), Authorization: authorization }
  }

  function forget({ id }: { id: number }): void {
    carried.delete(id)
    redirected.delete(id)
  }

  webRequest.onBeforeSendHeaders((details, answer) => {
    headersFor(details).then(
      (requestHeaders) => answer(isOver ? { cancel: true } : { requestHeaders }),
      () => answer({ cancel: true }),
    )
  })
  webRequest.onHeadersReceived(({ id, statusCode, resourceType, responseHeaders }, answer) => {
    const serial = carried.get(id)
    if (resourceType === 'mainFrame') answer({ responseHeaders: addPolicy(responseHeaders) })
    // Held back until there is a fresh token, so that the app's own second try succeeds.
    else if (statusCode === STATUS_UNAUTHORIZED && serial !== undefined) {
      tokens.refused(serial).finally(() => answer({}))
    } else answer({})
  })
  webRequest.onBeforeRedirect(({ id }) => void redirected.add(id))
  webRequest.onCompleted(forget)
  webRequest.onErrorOccurred(forget)
  return () => {
    isOver = true
  }
}
