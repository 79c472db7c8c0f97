import { describe, expect, it } from 'vitest'
import { startTrace } from './request-trace.ts'

const MS_ID = '0f8fad5b-d9cb-469f-a165-70867728950e'

describe('a trace', () => {
  it('has an id of its own, and another one each time', () => {
    expect(startTrace().clientRequestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(startTrace().clientRequestId).not.toBe(startTrace().clientRequestId)
  })

  it('gathers what the provider answers, the last of each', () => {
    const trace = startTrace()
    trace.noteAnswer(new Headers({ 'x-ms-request-id': MS_ID.replaceAll('f', 'a') }))
    trace.noteAnswer(new Headers({ 'x-ms-request-id': MS_ID }))
    trace.noteAnswer(new Headers({ 'x-okta-request-id': 'YmF5ZXJuQHZpZW5uYQAAAAA' }))
    trace.notePerson({ userKey: 'tenant oid', tokenId: 'uti_1-2' })
    const { clientRequestId } = trace
    expect(trace.ids()).toEqual({
      clientRequestId,
      msRequestId: MS_ID,
      oktaRequestId: 'YmF5ZXJuQHZpZW5uYQAAAAA',
      tokenId: 'uti_1-2',
    })
    expect(trace.userKey()).toBe('tenant oid')
  })

  it.each(['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGV4In0.c2ln', 'x'.repeat(65), 'a b c d e f g h', ''])(
    'takes nothing else for an id: %j',
    (value) => {
      const trace = startTrace()
      trace.noteAnswer(new Headers({ 'x-ms-request-id': value, 'x-okta-request-id': value }))
      trace.notePerson({ userKey: 'iss alex', tokenId: value.repeat(2) })
      expect(trace.ids()).toEqual({ clientRequestId: trace.clientRequestId })
    },
  )
})
