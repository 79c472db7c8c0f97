/** The installer's hooks under Debian's makensis, which has not the plugins of electron-builder's own script. Makes no installer for anybody. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PRODUCT } from '../../build/windows/windows-product.mjs'

const ROOT = join(import.meta.dirname, '..', '..')
/** NSIS_MAX_STRLEN of Debian's NSIS, and of the one that electron-builder brings at least. */
const STRING_LIMIT = 1024
/** What NSIS's variables stand for on a kiosk, at their longest. */
const VARIABLES = {
  $INSTDIR: 'C:\\Program Files\\digital-receptionist-kiosk',
  $SYSDIR: 'C:\\WINDOWS\\system32',
  $KioskData: 'C:\\ProgramData',
  $KioskTaskSid: `S-1-5-87-${Array(5).fill('4294967295').join('-')}`,
}
const isThere = spawnSync('makensis', ['-VERSION']).error === undefined
if (!isThere) console.warn('the installer’s hooks are not compiled: there is no makensis (Debian’s package nsis)')

/** @param level how much makensis tells: 2 its warnings alone, 4 every instruction */
function compile(script, defines, output, { level = 2, resources = join(ROOT, 'build') } = {}) {
  const args = [`-V${level}`, '-WX', '-NOCD', `-DAPP_GUID=${PRODUCT.guid}`, '-DVERSION=1.2.3', ...defines]
  return spawnSync('makensis', [...args, `-DBUILD_RESOURCES_DIR=${resources}`, `-DOUTPUT=${output}`, script], {
    encoding: 'utf8',
  })
}

describe.runIf(isThere)('the installer’s hooks', () => {
  const script = join(ROOT, 'scripts/intune/hooks-harness.nsi')
  let work
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'kiosk-hooks-'))
  })
  afterAll(() => rmSync(work, { recursive: true }))

  it.each([
    ['installer', []],
    ['uninstaller', ['-DBUILD_UNINSTALLER']],
  ])('compile into an %s without a warning', (name, defines) => {
    const output = join(work, `${name}.exe`)
    const { status, stdout, stderr } = compile(script, defines, output)
    expect(`${stdout}${stderr}`).toBe('')
    expect(status).toBe(0)
    expect(readFileSync(output).subarray(0, 2).toString('latin1')).toBe('MZ')
  })

  it('run no command that is longer than NSIS can hold', () => {
    const { stdout } = compile(script, [], join(work, 'lengths.exe'), { level: 4 })
    const commands = [...stdout.matchAll(/^Plugin command: Exec(?:ToStack)? \/TIMEOUT=\d+ (.*)$/gm)].map(
      ([, text]) => text,
    )
    expect(commands.some((text) => text.includes('schtasks.exe'))).toBe(true)
    for (const command of commands) {
      const spelled = Object.entries(VARIABLES).reduce((text, [name, path]) => text.replaceAll(name, path), command)
      expect(spelled.length, spelled).toBeLessThan(STRING_LIMIT - 1)
    }
  })

  it('are no longer compiled once one of them uses what nobody defines', () => {
    const resources = join(work, 'build')
    cpSync(join(ROOT, 'build'), resources, { recursive: true })
    expect(compile(script, [], join(work, 'copied.exe'), { resources }).status).toBe(0)
    const hook = join(resources, 'windows', 'run-command.nsh')
    writeFileSync(hook, readFileSync(hook, 'utf8').replace('KIOSK_EXIT_FAILED', 'KIOSK_EXIT_LOST'))
    expect(compile(script, [], join(work, 'broken.exe'), { resources }).status).not.toBe(0)
  })
})
