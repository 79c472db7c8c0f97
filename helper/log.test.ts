import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Runs the real log in a process of its own, since it writes to standard output. */
function logged(statement: string): string {
  const module = join(import.meta.dirname, 'log.ts')
  const script = `import { createLog } from ${JSON.stringify(module)}; const log = createLog('test'); ${statement}`
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
}

describe('the log', () => {
  it.each([
    ['a named secret', `log.info({ refreshToken: 'canary' }, 'x')`],
    ['a secret one level down', `log.info({ answer: { access_token: 'canary' } }, 'x')`],
    ['a secret two levels down', `log.info({ a: { b: { device_code: 'canary' } } }, 'x')`],
    ['the fields of an error', `log.warn({ err: Object.assign(new Error('x'), { body: 'canary' }) }, 'x')`],
    ['the fields of a cause', `log.warn({ err: new Error('x', { cause: { id_token: 'canary' } }) }, 'x')`],
  ])('leaves out %s', (_what, statement) => {
    const line = logged(statement)
    expect(line).toContain('"msg":"x"')
    expect(line).not.toContain('canary')
  })

  it('keeps the codes and words of an error and its causes', () => {
    const line = logged(`log.warn({ err: new Error('outer', { cause: new TypeError('inner') }) }, 'x')`)
    expect(line).toContain('outer')
    expect(line).toContain('inner')
  })
})
