import { describe, expect, it } from 'vitest'
import type { CheckedName } from '../support/check-run.ts'
import { describeChecks, progressLine, resultTable } from './check-table.ts'

const WELL: CheckedName<string> = {
  name: 'dns',
  state: 'ok',
  durationMs: 4,
  found: '192.0.2.1',
  code: null,
  remedy: null,
}
const BAD: CheckedName<string> = {
  name: 'interception',
  state: 'failed',
  durationMs: 8,
  found: 'issued by Evil\u001b[2JRoot',
  code: 'tls-intercepted',
  remedy: 'Find out who.',
}

describe('the table of checks', () => {
  it('gives each fault a line with its support code, and one with what to do', () => {
    expect(resultTable({ checks: [WELL, BAD] }).split('\n')).toEqual([
      'ok      dns                    192.0.2.1',
      'FAILED  interception  TI-732   tls-intercepted: issued by Evil?[2JRoot',
      '        → Find out who.',
      '1 failed, 0 to look at, 1 well, 0 skipped',
    ])
  })

  it('cuts a line of progress to the terminal, so that it can be drawn over', () => {
    expect(progressLine(BAD, 12, 30)).toHaveLength(30)
    expect(progressLine({ ...WELL, state: 'running', found: null }, 12)).toBe('…       dns')
  })

  it('names no code where all is well', () => {
    const [well, bad] = describeChecks([{ ...WELL, code: 'clock-wrong' }, BAD])
    expect(well).toMatchObject({ code: null, supportCode: null })
    expect(bad).toMatchObject({ code: 'tls-intercepted', supportCode: 'TI-732' })
  })
})
