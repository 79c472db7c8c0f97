import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { createRefusalLog, type RefusalLog } from './refusal-log.ts'

describe('the log of refusals', () => {
  let lines: Record<string, unknown>[]
  let refusals: RefusalLog

  beforeEach(() => {
    vi.useFakeTimers()
    lines = []
    refusals = createRefusalLog({ warn: (fields: object, words: string) => lines.push({ ...fields, words }) })
  })
  afterEach(() => {
    refusals.close()
    vi.useRealTimers()
  })

  const refusePeer = () => refusals.note('link.peer-refused', new KioskError('link-hello-refused', 'no proof'))
  const first = {
    event: 'link.peer-refused',
    code: 'link-hello-refused',
    count: 1,
    why: 'no proof',
    words: 'peer on the shell link refused',
  }
  const summary = (count: number) => ({
    event: 'link.peer-refused',
    code: 'link-hello-refused',
    count,
    words: 'peer on the shell link refused, further ones',
  })

  it('logs the first of a kind at once, with its words', () => {
    refusePeer()
    expect(lines).toEqual([first])
  })

  it('counts a thousand further ones and sums them up when the minute is over', () => {
    for (let count = 0; count < 1_001; count++) refusePeer()
    vi.advanceTimersByTime(59_999)
    expect(lines).toEqual([first])
    vi.advanceTimersByTime(1)
    expect(lines).toEqual([first, summary(1_000)])
  })

  it('says nothing more of one that stayed alone', () => {
    refusePeer()
    vi.advanceTimersByTime(120_000)
    expect(lines).toEqual([first])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('finds words again after the minute', () => {
    refusePeer()
    vi.advanceTimersByTime(60_000)
    refusePeer()
    expect(lines).toEqual([first, first])
  })

  it('keeps kinds apart by event and by code', () => {
    refusePeer()
    refusals.note('link.request-refused', new KioskError('command-not-allowed', 'not a screen'), 'technician')
    refusals.note('link.request-refused', new KioskError('link-message-invalid', 'no such command'), 'technician')
    refusals.note('link.peer-cut-off', new KioskError('link-message-invalid', 'no JSON'), 'shell')
    expect(lines.map(({ event, code, role }) => [event, code, role])).toEqual([
      ['link.peer-refused', 'link-hello-refused', undefined],
      ['link.request-refused', 'command-not-allowed', 'technician'],
      ['link.request-refused', 'link-message-invalid', 'technician'],
      ['link.peer-cut-off', 'link-message-invalid', 'shell'],
    ])
  })

  it('sums up at its close and leaves no timer behind', () => {
    for (let count = 0; count < 3; count++) refusePeer()
    refusals.close()
    expect(lines).toEqual([first, summary(2)])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('drops the cause, which may quote the peer, and keeps a fault of the helper’s own whole', () => {
    const cause = new SyntaxError('Unexpected token "p", "peer says…" is not valid JSON')
    refusals.note('link.peer-refused', new KioskError('link-hello-refused', 'no hello', { cause }))
    expect(JSON.stringify(lines)).not.toContain('peer says')
    const fault = new TypeError('our own')
    refusals.note('link.request-refused', fault)
    expect(lines.at(-1)).toMatchObject({ code: 'unexpected', err: fault })
  })
})
