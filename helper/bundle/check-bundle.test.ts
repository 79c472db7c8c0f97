import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { rootCertificates } from 'node:tls'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BROKEN_BUNDLES, put, putConfig } from './broken-bundles.fixture.ts'
import { runBundle } from './bundle-command.ts'
import { checkBundle } from './check-bundle.ts'

const [PEM = ''] = rootCertificates

describe.skipIf(process.platform === 'win32')('kioskctl bundle check', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-bundle-'))
    await chmod(folder, 0o755)
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function check(...options: string[]): Promise<{ exitCode: number; lines: string[] }> {
    const lines: string[] = []
    const say = (text: string) => void lines.push(text.replaceAll(folder, 'FOLDER'))
    const exitCode = await runBundle(['check', folder, ...options], { print: say, complain: say, openPrompt: null })
    return { exitCode, lines }
  }

  const saidOf = async (change: object, ...options: string[]) => {
    await putConfig(folder, change)
    return check(...options)
  }

  it('says one line for every fault of a broken bundle, with its place and what to do', async () => {
    const said: string[] = []
    for (const { what, make } of BROKEN_BUNDLES) {
      await rm(folder, { recursive: true })
      folder = await mkdtemp(join(tmpdir(), 'kiosk-bundle-'))
      await chmod(folder, 0o755)
      await make(folder)
      const { exitCode, lines } = await check()
      expect(exitCode, what).toBe(1)
      for (const line of lines.slice(0, -1)) expect(line).toMatch(/^[✗!] \S.* → [A-Z].*\.$/)
      said.push(`# ${what}`, ...lines, '')
    }
    expect(BROKEN_BUNDLES.length).toBeGreaterThanOrEqual(30)
    expect(said.join('\n')).not.toContain('hunter2')
    await expect(`${said.join('\n')}`).toMatchFileSnapshot('../../docs/broken-bundles.txt')
  })

  it('is content with a whole bundle', async () => {
    expect(await saidOf({})).toEqual({ exitCode: 0, lines: ['✓ FOLDER: 0 faults, 0 warnings'] })
  })

  it('warns of what is unwise, which only --strict refuses', async () => {
    const lines = [
      '! kiosk.json:27 session.idleMinutes leaves a session open for whoever comes next, up to the end of the shift → Set minutes, such as 15.',
      '✓ FOLDER: 0 faults, 1 warning',
    ]
    expect(await saidOf({ session: { idleMinutes: null } })).toEqual({ exitCode: 0, lines })
    const { exitCode } = await check('--strict')
    expect(exitCode).toBe(1)
  })

  it('warns of a file that its group may change, of a strange one, and of a setting that is written twice', async () => {
    await putConfig(folder, {})
    await put(folder, 'notes.txt', 'hello')
    await chmod(join(folder, 'kiosk.json'), 0o664)
    const { lines } = await check()
    expect(lines.slice(0, -1)).toEqual([
      '! kiosk.json may be changed by its group (mode 0664) → Run: chmod go-w FOLDER/kiosk.json.',
      '! notes.txt is named by no setting of kiosk.json → Remove it, or name it: a bundle holds what a kiosk needs.',
    ])
    await put(folder, 'kiosk.json', '{\n"version": 1,\n"version": 1 }')
    const { findings } = await checkBundle(folder)
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'warning', path: 'version', line: 3 }))
  })

  it('finds a file that was changed, added or taken away after the bundle was signed', async () => {
    const key = join(folder, '..', `${basename(folder)}.jwk`)
    const sign = (version: number) => {
      const io = { print: () => {}, complain: () => {}, openPrompt: null }
      return runBundle(['sign', '--key', key, '--version', String(version), folder], io)
    }
    try {
      await runBundle(['keygen', '--key', key], { print: () => {}, complain: () => {}, openPrompt: null })
      await putConfig(folder, {})
      await put(folder, 'notes.txt', 'hello')
      expect(await sign(1)).toBe(0)
      expect((await check()).exitCode).toBe(0)
      await rm(join(folder, 'notes.txt'))
      await put(folder, 'more.txt', 'hello')
      const { exitCode, lines } = await saidOf({ languages: ['de'] })
      const remedy = 'Sign the bundle anew, with a higher version, or remove bundle.jws.'
      expect([exitCode, lines.filter((line) => line.startsWith('✗ ')).slice(0, -1)]).toEqual([
        1,
        [
          `✗ kiosk.json was changed after the bundle was signed → ${remedy}`,
          `✗ notes.txt was signed and is missing, or cannot be read → ${remedy}`,
          `✗ more.txt was added after the bundle was signed → ${remedy}`,
        ],
      ])
      expect(await sign(2)).toBe(0)
      expect((await check()).exitCode).toBe(0)
    } finally {
      await rm(key, { force: true })
    }
  })

  it('warns of a folder, in which nobody looks for a key', async () => {
    await putConfig(folder, {})
    await mkdir(join(folder, 'keys'))
    expect((await check()).lines[0]).toBe(
      '! keys is a folder, which no kiosk reads, no signature covers and no check looks into → Remove it, and see that it holds no key.',
    )
  })

  it('warns of colours that will be repaired, and of an authority that has run out', async () => {
    const brand = { name: 'Contoso', background: '#808080', colors: { primary: '#777777', accent: '#ffff00' } }
    await putConfig(folder, { brand, network: { trustedCaFiles: ['ca.pem'] } })
    await put(folder, 'ca.pem', PEM)
    const later = { platform: process.platform, nowMs: Date.UTC(2199, 0) }
    const warned = (await checkBundle(folder, null, later)).findings.map(({ path, what }) => `${path} ${what}`)
    expect(warned).toContainEqual(expect.stringMatching(/^brand\.colors\.accent /))
    expect(warned).toContainEqual(
      expect.stringMatching(/^network\.trustedCaFiles\.0 names an authority that ran out on /),
    )
  })

  it('tells a device that sites does not name', async () => {
    expect((await saidOf({}, '--device', 'DR-0099')).lines[0]).toBe(
      '! kiosk.json:3 sites does not name this device, DR-0099 → Add "DR-0099" to a site’s devices; until then the screen shows the id.',
    )
    expect((await check('--device', 'DR-0042')).lines).toHaveLength(1)
  })

  it('says on Windows that modes are not looked at', async () => {
    await putConfig(folder, {})
    await chmod(folder, 0o777)
    expect(await checkBundle(folder, null, { platform: 'win32', nowMs: 0 })).toEqual({
      findings: [],
      modes: 'not-checked',
    })
  })

  it('answers programs in JSON', async () => {
    const { exitCode, lines } = await saidOf({ version: 2 }, '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(lines.join(''))).toEqual({
      folder: 'FOLDER',
      ok: false,
      faults: [{ file: 'kiosk.json', path: 'version', line: 2, what: 'expected 1', remedy: 'Set it to 1.' }],
      warnings: [],
      modes: 'checked',
    })
  })

  it('refuses usage that it does not know, in words', async () => {
    expect((await check('--loud')).exitCode).toBe(2)
    expect((await check('another')).exitCode).toBe(2)
    expect((await check('another')).lines[0]).toMatch(/^kioskctl bundle: give one folder/)
  })

  it('shows the usage of the command that was used wrongly, or asked about, and of no other', async () => {
    const wrong = (await check('--loud')).lines.join('\n')
    expect(wrong).toContain('bundle check [FOLDER]')
    expect(wrong).not.toContain('bundle create')
    const { exitCode, lines } = await check('-h')
    expect([exitCode, lines.join('\n').includes('bundle check'), lines.join('\n').includes('bundle sign')]).toEqual([
      0,
      true,
      false,
    ])
  })

  it('tells a mistyped folder and a file from a bundle that is faulty', async () => {
    await putConfig(folder, {})
    const findings = async (name: string) =>
      (await checkBundle(join(folder, name))).findings.map(({ file, what, remedy }) => `${file} ${what} → ${remedy}`)
    expect(await findings('nowhere')).toEqual(['. does not exist → There is no such folder: check its name.'])
    expect(await findings('kiosk.json')).toEqual(['. is no folder → Give the folder that holds kiosk.json.'])
    await mkdir(join(folder, 'inner', 'kiosk.json'), { recursive: true, mode: 0o755 })
    expect(await findings('inner')).toEqual([
      'kiosk.json cannot be read (no-file) → Make it a file that your account may read; on a kiosk, the helper’s account.',
    ])
  })

  it('finds faults in any JSON and in any bytes, and crashes on none', async () => {
    const config = join(folder, 'kiosk.json')
    const names = fc.constantFrom('version', 'brand', 'identity', 'sites', 'network', '__proto__', 'logo', 'name')
    const object = fc.dictionary(names, fc.jsonValue())
    const contents = fc.oneof(
      fc.oneof(fc.jsonValue(), object, fc.dictionary(names, object)).map((value) => JSON.stringify(value)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.nat({ max: 30_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
    )
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        await writeFile(config, content)
        const { exitCode, lines } = await check()
        expect(exitCode).toBe(1)
        for (const line of lines.slice(0, -1)) expect(line).toMatch(/^[✗!] [^\n]* → [^\n]*\.$/)
      }),
      { numRuns: 300 },
    )
  })
})
