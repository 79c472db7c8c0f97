import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HelperProcess, startHelperProcess } from '../../demo/helper-process.ts'
import { readKioskState, runKioskctl } from '../../demo/kiosk-watch.ts'
import { makeWorkFolders, type WorkFolders } from '../../demo/work-folders.ts'

const WHOLE = {
  version: 1,
  brand: { name: 'Contoso Reception' },
  identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' },
}

describe('a helper that lacks something', () => {
  let folders: WorkFolders
  let helper: HelperProcess | undefined

  beforeEach(async () => {
    folders = await makeWorkFolders()
  })
  afterEach(async () => {
    await helper?.stop()
    await folders.remove()
  })

  const write = (text: string) => writeFile(join(folders.bundle, 'kiosk.json'), text)

  async function problems(): Promise<string[]> {
    const session = (await readKioskState(folders.runtime))?.session
    return session?.kind === 'unprovisioned' ? session.problems.map(({ where, what }) => `${where} ${what}`) : []
  }

  it.each([
    ['no kiosk.json', null, 1],
    ['an empty one', '', 1],
    ['a broken one', '{ "version": ', 1],
    ['a half-filled one', JSON.stringify({ version: 1, identity: { provider: 'okta' } }), 3],
  ])('names every fault of %s, in kioskctl’s words too', async (_what, text, count) => {
    if (text !== null) await write(text)
    helper = await startHelperProcess(folders)
    const listed = await problems()
    expect(listed).toHaveLength(count)
    const { stdout } = await runKioskctl(folders.runtime, 'state')
    for (const problem of listed) expect(stdout).toContain(problem)
  })

  it('lets PM2 start it anew once the bundle is mended', async () => {
    await write('{}')
    helper = await startHelperProcess(folders)
    expect(await problems()).toHaveLength(3)
    await write(JSON.stringify({ ...WHOLE, session: { start: 'touch' } }))
    expect(await helper.exited).toBe(0)
    helper = await startHelperProcess(folders)
    expect((await readKioskState(folders.runtime))?.session.kind).toBe('attract')
  })

  it.runIf(process.platform === 'linux')('refuses a vault on a disk, beside the faults of the bundle', async () => {
    await folders.remove()
    folders = await makeWorkFolders(tmpdir())
    await write('{}')
    helper = await startHelperProcess(folders)
    const listed = await problems()
    expect(listed).toHaveLength(4)
    expect(listed.at(-1)).toContain('is on a disk, not on tmpfs')
    const { stdout } = await runKioskctl(folders.runtime, 'state')
    expect(stdout).toContain('[vault-not-tmpfs]')
    expect(stdout).toContain('vault     refused')
    expect((await runKioskctl(folders.runtime, 'touch')).exitCode).toBe(1)
  })

  it('says which environment variable is wrong, and ends', async () => {
    const started = startHelperProcess({ ...folders, bundle: 'bundle' })
    await expect(started).rejects.toThrow(/KIOSK_BUNDLE_DIR must be an absolute path/)
  })

  it('says that the runtime folder’s path is too long for a socket', async () => {
    const runtime = join(folders.runtime, 'x'.repeat(100))
    await expect(startHelperProcess({ ...folders, runtime })).rejects.toThrow(/choose a shorter KIOSK_RUNTIME_DIR/)
    await rm(runtime, { recursive: true })
  })

  it('starts no sign-in of an installed kiosk that is led to another bundle, and names the variables', async () => {
    await write(JSON.stringify({ ...WHOLE, development: true }))
    const installed = join(folders.work, 'helper')
    await cp(join(import.meta.dirname, '..', '..', 'dist', 'helper'), installed, { recursive: true })
    await cp(join(import.meta.dirname, '..', '..', 'build', 'packaged.json'), join(installed, 'packaged.json'))
    helper = await startHelperProcess(folders, {}, { program: join(installed, 'main.mjs') })
    const listed = await problems()
    for (const name of [
      'KIOSK_BUNDLE_DIR',
      'KIOSK_TRUST_DIR',
      'KIOSK_DEVICE_DIR',
      'KIOSK_STATE_DIR',
      'KIOSK_RUNTIME_DIR',
    ]) {
      expect(listed).toContain(`${name} is set, and an installed kiosk has its folders where the installer put them`)
    }
    expect((await readKioskState(folders.runtime))?.display.brand.name).not.toBe(WHOLE.brand.name)
  })

  it('starts from the last good bundle where the present one is broken, and says so', async () => {
    await write(JSON.stringify(WHOLE))
    helper = await startHelperProcess(folders)
    await helper.stop()
    await write('{ "version": ')
    helper = await startHelperProcess(folders)
    expect((await readKioskState(folders.runtime))?.session.kind).toBe('attract')
    const { stdout } = await runKioskctl(folders.runtime, 'state')
    expect(stdout).toContain('bundle    refused: the last good one runs')
    expect(stdout).toContain('[bundle-not-json]')
  })

  it('writes no fault that quotes the bundle’s content', async () => {
    await write('{ "clientSecret": "canary" "broken"')
    helper = await startHelperProcess(folders)
    expect(await problems()).toHaveLength(1)
    expect(helper.output()).not.toContain('canary')
    expect(await readFile(join(folders.bundle, 'kiosk.json'), 'utf8')).toContain('canary')
  })
})
