import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')

async function cruise(): Promise<string> {
  const bin = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  const args = [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'err', '.']
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT })
    return stdout
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

describe('the dependency rule', () => {
  let planted: string | undefined
  afterEach(async () => {
    if (planted) await rm(planted, { force: true })
  })

  it('holds', async () => {
    expect(await cruise()).toContain('no dependency violations found')
  })

  it.each([
    ['renderer', 'helper', '../helper/log.ts', 'renderer-imports-only'],
    ['electron', 'helper', '../helper/log.ts', 'electron-imports-only'],
    ['contract', 'helper', '../helper/log.ts', 'contract-imports-only'],
    ['helper', 'demo', '../demo/qr-reader.ts', 'helper-imports-only'],
    ['contract', 'a library', 'pino', 'contract-imports-only-zod'],
  ])('is red when %s imports %s', async (folder, _what, specifier, rule) => {
    planted = join(ROOT, folder, 'planted-import.ts')
    await writeFile(planted, `import * as planted from '${specifier}'\nexport const use = planted\n`)
    expect(await cruise()).toContain(rule)
  })
})
