import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')

async function cruise(): Promise<{ exitCode: number; output: string }> {
  const bin = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  const args = [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'err', '.']
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT })
    return { exitCode: 0, output: stdout }
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return { exitCode: code, output: stdout }
  }
}

describe('the dependency rule', () => {
  let planted: string | undefined
  afterEach(async () => {
    if (planted) await rm(planted, { force: true })
  })

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
    planted = join(ROOT, folder, 'planted-import.ts')
    await writeFile(planted, `import * as planted from '${specifier}'\nexport const use = planted\n`)
    const { exitCode, output } = await cruise()
    expect(output).toContain(rule)
    // `npm run check` is red for every exit code but zero.
    expect(exitCode).not.toBe(0)
  })
})
