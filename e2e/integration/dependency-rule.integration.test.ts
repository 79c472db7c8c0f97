import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const NOT_SOURCE = new Set(['.git', 'dist', 'docs', 'node_modules', 'release', 'screenshots', 'test-results'])

/** A build that looks at the sources meanwhile must not meet what is planted. */
async function copySources(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'kiosk-sources-'))
  for (const name of await readdir(ROOT)) {
    if (!NOT_SOURCE.has(name)) await cp(join(ROOT, name), join(copy, name), { recursive: true })
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

describe('the dependency rule', () => {
  let sources: string
  let planted: string | undefined
  beforeAll(async () => {
    sources = await copySources()
  })
  afterAll(() => rm(sources, { recursive: true, force: true }))
  afterEach(async () => {
    if (planted) await rm(planted, { force: true })
  })

  async function cruise(): Promise<{ exitCode: number; output: string }> {
    const bin = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
    const args = [bin, '--preserve-symlinks', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', '.']
    try {
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: sources })
      return { exitCode: 0, output: stdout }
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string }
      return { exitCode: code, output: stdout }
    }
  }

  it('holds', async () => {
    const { exitCode, output } = await cruise()
    expect(output).toContain('no dependency violations found')
    expect(exitCode).toBe(0)
  })

  it.each([
    ['renderer', 'helper', '../helper/log.ts', 'renderer-imports-only'],
    ['electron', 'helper', '../helper/log.ts', 'electron-imports-only'],
    ['contract', 'helper', '../helper/log.ts', 'contract-imports-only'],
    ['helper', 'demo', '../demo/qr-reader.ts', 'helper-imports-only'],
    ['fleet', 'helper', '../helper/log.ts', 'fleet-imports-only'],
    ['contract', 'a library', 'pino', 'contract-imports-only-zod'],
  ])('is red when %s imports %s', async (folder, _what, specifier, rule) => {
    planted = join(sources, folder, 'planted-import.ts')
    await writeFile(planted, `import * as planted from '${specifier}'\nexport const use = planted\n`)
    const { exitCode, output } = await cruise()
    expect(output).toContain(rule)
    // `npm run check` is red for every exit code but zero.
    expect(exitCode).not.toBe(0)
  })
})
