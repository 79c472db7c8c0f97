/** What the installer's hooks do and in which order, read from their text; hooks.test.mjs compiles them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXIT_CODES, FOLDERS, PRODUCT, PROGRAM_FILES, REGISTRY, TASK } from '../../build/windows/windows-product.mjs'
import { renderIntuneFiles } from './intune-files.mjs'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path) => readFileSync(join(ROOT, path), 'utf8')
const files = renderIntuneFiles()
const HOOK_FILES = [
  'installer.nsh',
  ...['run-command', 'stop-kiosk', 'lay-folders'].map((name) => `windows/${name}.nsh`),
]
const hooks = HOOK_FILES.map((name) => read(`build/${name}`)).join('\n')
/** Without its comments. */
const hookCode = hooks.replace(/^\s*;.*$/gm, '')

/** NSIS has names of its own for Windows' folders: what counts is the part below them. */
const writtenOut = (value, text) => text.includes(value.replace(/^%[^%]+%\\/, ''))

describe('the installer’s hooks', () => {
  it('show no box', () => {
    expect(hookCode).not.toMatch(/MessageBox|Abort\b/)
  })

  it('take every path, name, value and code from the one source', () => {
    const quoted = [...hookCode.matchAll(/["'`]([^"'`]*)["'`]/g)].map(([, text]) => text).join('\n')
    const known = [
      TASK.name,
      PRODUCT.guid,
      PRODUCT.executable,
      REGISTRY.product.key,
      ...Object.values(FOLDERS),
      ...Object.values(PROGRAM_FILES),
    ]
    for (const value of known) expect(writtenOut(value, quoted)).toBe(false)
    // It would find one.
    expect(writtenOut(FOLDERS.state, '$APPDATA\\Digital Receptionist\\state')).toBe(true)
    for (const [, code] of hookCode.matchAll(/SetErrorLevel (\S+)/g)) expect(code).toMatch(/^\$\{KIOSK_EXIT_\w+\}$/)
  })

  it('close the folder of data before anything else is done to it, and never open it again', () => {
    const [, lay] = /!macro KIOSK_LAY_FOLDERS([\s\S]*?)!macroend/.exec(hookCode)
    const calls = lay.split('\n').filter((line) => line.includes('icacls.exe'))
    expect(calls[0]).toMatch(/KIOSK_FOLDER_DATA\}" \/inheritance:r \/grant:r /)
    expect(calls.join('\n')).not.toMatch(/\/reset|\/inheritance:[de]/)
    expect(lay).not.toMatch(/KIOSK_FOLDER "\$\{KIOSK_FOLDER_DATA\}"/)
    expect(lay.indexOf('/inheritance:r')).toBeLessThan(lay.indexOf('KIOSK_REFUSE_FOREIGN_DATA'))
    expect(lay.indexOf('/inheritance:r')).toBeLessThan(lay.indexOf('KIOSK_EACH_GRANT'))
  })

  it('leave the owner of a file no right to say who reads it', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: NSIS writes its constants so
    expect(hookCode).toContain('"*${KIOSK_SID_OWNER_RIGHTS}:(OI)(CI)(RC)"')
  })

  it('use nothing that is not defined, and leave nothing undefined that they use', () => {
    const defined = new Set(
      [...`${files['build/windows/product.nsh']}\n${hooks}`.matchAll(/!define (KIOSK_\w+)/g)].map(([, name]) => name),
    )
    for (const [, name] of hookCode.matchAll(/\$\{(KIOSK_\w+)\}/g)) expect(defined).toContain(name)
  })

  it('end with codes that Intune knows', () => {
    const { returnCodes } = JSON.parse(files['build/intune/program.app.json'])
    for (const { code, intune } of Object.values(EXIT_CODES)) {
      expect(returnCodes).toContainEqual({ returnCode: code, type: intune })
    }
  })
})

/** Boxes of electron-builder’s own templates that a silent setup could show: each of these is answered for by our hooks or settings. */
const ANSWERED_BOXES = {
  'include/installUtil.nsh': ['"Unsupported ', '"$(uninstallFailed): $R0"'],
  'include/installer.nsh': ['"Package file $4 found locally'],
  'include/extractAppPackage.nsh': ['"$(decompressionFailed)'],
  'include/webPackage.nsh': ['"Unable to download'],
  'common.nsh': ['"$(win7Required)"', '"$(x64WinRequired)"'],
  'installer.nsi': ['"Unable to elevate'],
  'uninstaller.nsh': ['"$(areYouSureToUninstall)"'],
}

describe('electron-builder’s installer', () => {
  const templates = join('node_modules', 'app-builder-lib', 'templates', 'nsis')
  const names = [
    ...Object.keys(ANSWERED_BOXES),
    'include/allowOnlyOneInstallerInstance.nsh',
    'installSection.nsh',
    'multiUser.nsh',
    'oneClick.nsh',
  ]

  it.each([...new Set(names)])(
    'shows no box in %s without an answer of its own, but those that are answered for',
    (name) => {
      const boxes = read(join(templates, name))
        .split('\n')
        .filter((line) => /^\s*MessageBox /.test(line) && !line.includes('/SD '))
      const answered = ANSWERED_BOXES[name] ?? []
      const open = boxes.filter((line) => !answered.some((words) => line.includes(words)))
      expect(open).toEqual([])
    },
  )

  it('still inserts every hook that there is', () => {
    const all = names.map((name) => read(join(templates, name))).join('\n')
    for (const [, hook] of hooks.matchAll(/!macro (preInit|custom\w+)/g)) {
      expect(all).toContain(`!insertmacro ${hook}`)
    }
  })
})
