import { describe, expect, it } from 'vitest'
import type { CheckedName, CheckRunState } from '../support/check-run.ts'
import { openRunView } from './show-run.ts'

function run(...states: CheckedName<string>['state'][]): CheckRunState<string> {
  const checks = states.map((state, index) => {
    return { name: `check-${index}`, state, durationMs: null, found: null, code: null, remedy: null }
  })
  return { state: 'running', finishedAtEpochMs: null, checks }
}

function output(isTTY: boolean) {
  let written = ''
  const write = (text: string | Uint8Array) => {
    written += text
    return true
  }
  return { stream: { isTTY, columns: 40, rows: 24, write }, text: () => written }
}

describe('progress', () => {
  it('is a line for each check that is over, once, where nobody could draw', () => {
    const { stream, text } = output(false)
    const view = openRunView(stream, 2, false)
    view.show(run('running', 'running'))
    view.show(run('ok', 'running'))
    view.show(run('ok', 'failed'))
    view.clear()
    expect(text()).toBe('ok      check-0\nFAILED  check-1\n')
  })

  it('is drawn over on a terminal, and gone in the end', () => {
    const { stream, text } = output(true)
    const view = openRunView(stream, 2, false)
    view.show(run('running', 'waiting'))
    view.show(run('ok', 'running'))
    view.clear()
    expect(text().split('\u001b[2A')).toHaveLength(3)
    expect(text().endsWith('\u001b[2A\u001b[0J')).toBe(true)
  })

  it('is one line on a terminal that is too low for a table, and gone in the end', () => {
    const { stream, text } = output(true)
    const view = openRunView(stream, 24, false)
    view.show(run('ok', 'running'))
    view.clear()
    const erase = '\u001b[1G\u001b[2K'
    expect(text()).toBe(`${erase}1 of 2 check-1${erase}`)
  })

  it('is none where a program reads the result', () => {
    for (const isTTY of [true, false]) {
      const { stream, text } = output(isTTY)
      openRunView(stream, 2, true).show(run('ok', 'running'))
      expect(text()).toBe('')
    }
  })
})
