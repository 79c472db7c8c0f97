import type { Session, WebFrameMain } from 'electron'
import { describe, expect, it } from 'vitest'
import { guardAppRequests } from './app-requests.ts'
import type { TokenSource } from './token-source.ts'

type Answer = { cancel?: boolean; requestHeaders?: Record<string, string>; responseHeaders?: Record<string, string[]> }
type Listener = (details: object, answer: (answer: Answer) => void) => void

const APP = 'https://reception.test'
const API = 'https://api.test'
const PAGE = { origin: APP, parent: null } as WebFrameMain

/** The session as Electron asks it, and a helper that gives `first`, and `second` once that was refused. */
function openRequests() {
  const listeners = new Map<string, Listener>()
  const listen = (name: string) => (listener: Listener) => void listeners.set(name, listener)
  const names = ['onBeforeSendHeaders', 'onHeadersReceived', 'onBeforeRedirect', 'onCompleted', 'onErrorOccurred']
  const webRequest = Object.fromEntries(names.map((name) => [name, listen(name)]))
  const refused: number[] = []
  let hasToken = true
  const tokens: TokenSource = {
    current: async () =>
      hasToken ? { accessToken: refused.length > 0 ? 'second' : 'first', serial: refused.length } : null,
    refused: async (serial) => void refused.push(serial),
    close: () => {},
  }
  // Of the whole interface it uses this part.
  const end = guardAppRequests({ webRequest } as unknown as Session, {
    scope: { appOrigin: APP, apiOrigins: [API], mayBePlain: false },
    contentsId: 7,
    tokens,
  })
  const details = (change: object) => ({
    ...{ id: 1, url: `${API}/visits`, method: 'GET', resourceType: 'xhr', initiatorOrigin: APP, webContentsId: 7 },
    ...{ frame: PAGE, requestHeaders: { Accept: '*/*' } },
    ...change,
  })
  const ask = (name: string, change: object) =>
    new Promise<Answer>((resolve) => listeners.get(name)?.(details(change), resolve))
  return {
    send: (change: object = {}) => ask('onBeforeSendHeaders', change),
    receive: (change: object) => ask('onHeadersReceived', change),
    tell: (name: string, id: number) => listeners.get(name)?.(details({ id }), () => {}),
    refused,
    takeAway: () => {
      hasToken = false
    },
    end,
  }
}

describe('the requests of the hosted app', () => {
  it('carry the token to the API, in place of whatever stood there', async () => {
    const { send } = openRequests()
    const requestHeaders = { Accept: '*/*', authorization: 'Basic x', AUTHORIZATION: 'Bearer y' }
    expect((await send({ requestHeaders })).requestHeaders).toEqual({ Accept: '*/*', Authorization: 'Bearer first' })
  })

  it('keep what the app itself sends elsewhere', async () => {
    const { send } = openRequests()
    const requestHeaders = { Authorization: 'Basic x' }
    expect(await send({ url: 'https://other.test/', requestHeaders })).toEqual({ requestHeaders })
  })

  it('go without a token where the helper gives none', async () => {
    const { send, takeAway } = openRequests()
    takeAway()
    expect(await send()).toEqual({ requestHeaders: { Accept: '*/*' } })
  })

  it('never take a token of this session elsewhere, not even an old one that the page has read', async () => {
    const { send, receive } = openRequests()
    await send()
    await receive({ statusCode: 401 })
    await send({ id: 2 })
    for (const token of ['first', 'second']) {
      const requestHeaders = { authorization: `Bearer ${token}` }
      expect(await send({ id: 3, url: 'https://evil.test/', requestHeaders })).toEqual({ requestHeaders: {} })
    }
  })

  it('lose the token on a redirect, wherever that leads', async () => {
    const { send, tell } = openRequests()
    const { requestHeaders } = await send()
    tell('onBeforeRedirect', 1)
    for (const url of ['https://evil.test/', `${API}/visits`]) {
      expect(await send({ url, requestHeaders })).toEqual({ requestHeaders: { Accept: '*/*' } })
    }
    tell('onCompleted', 1)
    // The number may come again, for another request.
    expect((await send()).requestHeaders).toMatchObject({ Authorization: 'Bearer first' })
  })

  it('go without when their frame went elsewhere while the helper was asked', async () => {
    const { send } = openRequests()
    const frame = { origin: APP, parent: null }
    const sent = send({ frame })
    frame.origin = 'https://evil.test'
    expect(await sent).toEqual({ requestHeaders: { Accept: '*/*' } })
  })

  it('go without when their frame is gone', async () => {
    const { send } = openRequests()
    const gone = {
      get origin(): string {
        throw new Error('Render frame was disposed')
      },
    }
    for (const frame of [null, undefined, gone]) {
      expect(await send({ frame })).toEqual({ requestHeaders: { Accept: '*/*' } })
    }
  })

  it('hear of a 401 only when there is a fresh token', async () => {
    const { send, receive, refused } = openRequests()
    await send()
    expect(await receive({ statusCode: 401 })).toEqual({})
    expect(refused).toEqual([0])
    expect((await send({ id: 2 })).requestHeaders).toMatchObject({ Authorization: 'Bearer second' })
  })

  it('hear of a 401 to a request without a token at once, and nobody is asked for another', async () => {
    const { send, receive, refused } = openRequests()
    await send({ url: 'https://other.test/' })
    expect(await receive({ url: 'https://other.test/', statusCode: 401 })).toEqual({})
    expect(refused).toEqual([])
  })

  it('are sent nowhere any more once the session is over', async () => {
    const { send, end } = openRequests()
    end()
    expect(await send()).toEqual({ cancel: true })
    expect(await send({ url: `${APP}/` })).toEqual({ cancel: true })
  })

  it('get pages that can open no dialog, window, printer or download', async () => {
    const { receive } = openRequests()
    const responseHeaders = { 'content-security-policy': ["default-src 'self'"] }
    const answer = await receive({ resourceType: 'mainFrame', statusCode: 200, responseHeaders })
    expect(answer.responseHeaders).toEqual({
      'content-security-policy': ["default-src 'self'", 'sandbox allow-scripts allow-same-origin allow-forms'],
    })
  })
})
