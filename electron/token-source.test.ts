import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AccessTokenAnswer, AccessTokenRequest } from '../contract/access-token.ts'
import type { HelperLink } from './helper-link.ts'

const reportFault = vi.hoisted(() => vi.fn())
vi.mock('./shell-log.ts', () => ({ reportFault }))
const { openTokenSource } = await import('./token-source.ts')

const LIFE_MS = 300_000

describe('the source of access tokens', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    reportFault.mockClear()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** A helper that answers the token that is current, and another one once that was refused. */
  function openSource(answer?: () => Promise<AccessTokenAnswer>) {
    const asked: AccessTokenRequest[] = []
    let serial = 1
    const link = {
      ask: async (_request: unknown, request: AccessTokenRequest) => {
        asked.push(request)
        if (answer) return answer()
        if (request.rejectedSerial === serial) serial += 1
        return { kind: 'token', accessToken: `token-${serial}`, serial, expiresAtMs: performance.now() + LIFE_MS }
      },
      view: () => ({ kind: 'linked', snapshot: { clock: { monotonicMs: performance.now() } } }),
    }
    // Of the link and its view a source of tokens needs no more.
    return { source: openTokenSource(link as unknown as HelperLink, 4), asked }
  }

  it('asks the helper once for many requests, and again after a minute', async () => {
    const { source, asked } = openSource()
    await Promise.all([source.current(), source.current()])
    expect(await source.current()).toEqual({ accessToken: 'token-1', serial: 1 })
    expect(asked).toEqual([{ generation: 4, rejectedSerial: null }])
    vi.advanceTimersByTime(60_001)
    await source.current()
    expect(asked).toHaveLength(2)
  })

  it('keeps no token for longer than half of what is left of its life', async () => {
    const { source, asked } = openSource(async () => {
      return { kind: 'token', accessToken: 'short', serial: 1, expiresAtMs: performance.now() + 10_000 }
    })
    await source.current()
    vi.advanceTimersByTime(5_001)
    await source.current()
    expect(asked).toHaveLength(2)
  })

  it('asks for another one when the API refused it, once for each token', async () => {
    const { source, asked } = openSource()
    await source.current()
    await Promise.all([source.refused(1), source.refused(1)])
    await source.refused(1)
    expect(await source.current()).toEqual({ accessToken: 'token-2', serial: 2 })
    expect(asked.map(({ rejectedSerial }) => rejectedSerial)).toEqual([null, 1])
  })

  it('lets requests wait for the fresh token instead of failing with the old one', async () => {
    const { source } = openSource()
    await source.current()
    const refusal = source.refused(1)
    expect(await source.current()).toEqual({ accessToken: 'token-2', serial: 2 })
    await refusal
  })

  it('answers none, and says why, when the helper does not answer in time', async () => {
    const { source } = openSource(() => new Promise(() => {}))
    const current = source.current()
    await vi.advanceTimersByTimeAsync(5_001)
    expect(await current).toBeNull()
    expect(reportFault).toHaveBeenCalledOnce()
  })

  it('answers none for an answer without a token', async () => {
    const { source } = openSource(async () => ({ kind: 'none', reason: 'not-signed-in' }))
    expect(await source.current()).toBeNull()
  })

  it('answers none once it is closed, also to whom it was just asking for', async () => {
    const { source, asked } = openSource()
    const late = source.current()
    source.close()
    expect(await late).toBeNull()
    expect(await source.current()).toBeNull()
    expect(asked).toHaveLength(1)
  })
})
