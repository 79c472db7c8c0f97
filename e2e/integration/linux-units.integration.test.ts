import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'

const UNITS = join(import.meta.dirname, '..', '..', 'build', 'linux')
const HELPER_SERVICE = 'digital-receptionist-helper.service'
const SERVICES = [
  HELPER_SERVICE,
  'digital-receptionist-screen.service',
  'digital-receptionist-update.service',
  'digital-receptionist-credentials.service',
]
const DROP_IN = join(`${HELPER_SERVICE}.d`, '50-vault.conf')

const MOUNT_UNIT = readFileSync(join(UNITS, 'digital-receptionist-vault.mount'), 'utf8')
const HOME_UNIT = readFileSync(join(UNITS, 'digital-receptionist-screen.mount'), 'utf8')

/** The one value of a setting in a unit. */
function settingOf(unit: string, name: string): string {
  const [value, ...others] = [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, text]) => text)
  expect(others, name).toEqual([])
  return value ?? ''
}

function run(command: string, ...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(command, args, { encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' } })
}

function needs(context: TestContext, ...commands: string[]): void {
  const missing = commands.filter((command) => run('sh', '-c', `command -v ${command}`).status !== 0)
  if (missing.length > 0) context.skip(`there is no ${missing.join(', no ')} here`)
}

// Of Linux alone, and systemd's.
describe.runIf(process.platform === 'linux')('the units of a Linux kiosk', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-units-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** As on a kiosk, but for programs and units of other packages. @returns what systemd says about ours, and about nobody else's */
  function verifyUnits(changeDropIn = (text: string) => text): string[] {
    const mounts = [MOUNT_UNIT, HOME_UNIT].map((unit) => {
      const name = run('systemd-escape', '--path', '--suffix=mount', settingOf(unit, 'Where')).stdout.trim()
      writeFileSync(join(folder, name), unit)
      return name
    })
    for (const service of SERVICES) {
      const text = readFileSync(join(UNITS, service), 'utf8')
      // What is not installed here is the package's to bring.
      const here = text
        .replace(/^(Exec\w+=[-+]*)\/(?:\\\n|[^\n])*$/gm, '$1/bin/true')
        .replace('Requires=seatd.service\n', '')
      writeFileSync(join(folder, service), here)
    }
    mkdirSync(join(folder, `${HELPER_SERVICE}.d`))
    writeFileSync(join(folder, DROP_IN), changeDropIn(readFileSync(join(UNITS, DROP_IN), 'utf8')))
    const args = ['verify', '--man=no', ...[...mounts, ...SERVICES].map((unit) => join(folder, unit))]
    const { stdout, stderr } = run('systemd-analyze', ...args)
    return `${stdout}${stderr}`.split('\n').filter((line) => /digital|receptionist/.test(line))
  }

  it('are understood by systemd', (context) => {
    needs(context, 'systemd-analyze', 'systemd-escape')
    expect(verifyUnits()).toEqual([])
  })

  it('would not be if a value were wrong', (context) => {
    needs(context, 'systemd-analyze', 'systemd-escape')
    const lines = verifyUnits((text) => text.replace('KeyringMode=private', 'KeyringMode=privat'))
    expect(lines.join()).toContain('Failed to parse keyring mode')
  })

  it.each(SERVICES.filter((name) => !name.includes('credentials')))(
    'run %s as an account of its own, drop-ins or not',
    (name) => {
      const unit = readFileSync(join(UNITS, name), 'utf8')
      expect(settingOf(unit, 'User')).toMatch(/^receptionist-(helper|shell)$/)
      expect(settingOf(unit, 'NoNewPrivileges')).toBe('yes')
    },
  )

  it('give the helper the environment that ecosystem.config.js gives it, and no more', () => {
    const { apps } = createRequire(import.meta.url)('../../ecosystem.config.js') as {
      apps: { name: string; env?: Record<string, string> }[]
    }
    const { env = {} } = apps.find(({ name }) => name === 'helper') ?? {}
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    expect(settingOf(readFileSync(join(UNITS, DROP_IN), 'utf8'), 'Environment').split(' ')).toEqual(assignments)
  })

  /**
   * Makes accounts, folders and mount as a kiosk does at boot, in a mount namespace that ends with the script.
   *
   * @param script of sh, run by root, in which `as` runs a command as another account
   * @returns the lines that it writes, errors among them
   */
  function onKiosk(context: TestContext, script: string): string[] {
    needs(context, 'unshare', 'setpriv', 'systemd-sysusers', 'systemd-tmpfiles')
    if (run('unshare', '--mount', 'true').status !== 0) context.skip('this account may not mount')
    const [major = 0, minor = 0] = release().split('.').map(Number)
    if (major < 6 || (major === 6 && minor < 4)) context.skip('this kernel is older than noswap (6.4)')
    cpSync(UNITS, folder, { recursive: true })
    mkdirSync(join(folder, 'etc'))
    const steps = `
      set -e
      systemd-sysusers --root="$1" "$1/digital-receptionist.sysusers.conf" 2>/dev/null
      mount --bind "$1/etc/passwd" /etc/passwd
      mount --bind "$1/etc/group" /etc/group
      mount -t tmpfs -o mode=0755 kiosk-run /run
      systemd-tmpfiles --create "$1/digital-receptionist.tmpfiles.conf"
      mount -t "$2" -o "$3" "$4" "$5"
      vault="$5"
      as() { account=$1; shift; setpriv --reuid "$account" --regid "$(id -g "$account")" --init-groups "$@"; }
      set +e`
    const mount = ['Type', 'Options', 'What', 'Where'].map((name) => settingOf(MOUNT_UNIT, name))
    const { stdout, stderr } = run(
      'unshare',
      '--mount',
      'sh',
      '-c',
      `${steps}\n{ ${script}\n} 2>&1`,
      'sh',
      folder,
      ...mount,
    )
    expect(stderr).toBe('')
    return stdout.trim().split('\n')
  }

  it('make two accounts that nobody logs in to, and one group that both are in', (context) => {
    const script = `
      grep ^receptionist /etc/passwd | cut -d: -f1,7
      id -Gn receptionist-helper
      id -Gn receptionist-shell`
    expect(onKiosk(context, script)).toEqual([
      'receptionist-helper:/usr/sbin/nologin',
      'receptionist-shell:/usr/sbin/nologin',
      'receptionist',
      'receptionist-shell receptionist',
    ])
  })

  it('mount a vault that is never swapped, for the helper alone', (context) => {
    const lines = onKiosk(context, 'grep " $vault " /proc/self/mountinfo; stat --format "%F %A %U %G" "$vault"')
    const [, , , , , options, , fileSystem, , superOptions] = (lines[0] ?? '').replace(/ shared:\d+/, '').split(' ')
    expect(options?.split(',')).toEqual(expect.arrayContaining(['rw', 'nosuid', 'nodev', 'noexec']))
    expect(fileSystem).toBe('tmpfs')
    expect(superOptions?.split(',')).toEqual(
      expect.arrayContaining(['noswap', 'size=1024k', 'nr_inodes=64', 'mode=700']),
    )
    expect(lines[1]).toBe('directory drwx------ receptionist-helper receptionist')
  })

  it('let the vault grow to 1 MiB and no further', (context) => {
    const script = `
      as receptionist-helper dd if=/dev/zero of="$vault/record" bs=1024 count=1024 status=none && echo fits
      as receptionist-helper dd if=/dev/zero of="$vault/more" bs=1024 count=1 status=none`
    const [first, second, ...rest] = onKiosk(context, script)
    expect([first, rest]).toEqual(['fits', []])
    expect(second).toContain('No space left on device')
  })

  it('let the vault hold few files', (context) => {
    const script = `
      for number in $(seq 100); do as receptionist-helper touch "$vault/$number" || break; done
      ls "$vault" | wc -l`
    const [refusal, count] = onKiosk(context, script)
    expect(refusal).toContain('No space left on device')
    expect(Number(count)).toBeGreaterThan(10)
    expect(Number(count)).toBeLessThan(64)
  })

  it('let nothing in the vault run, and no device in it be opened', (context) => {
    const script = `
      cp /bin/true "$vault/program"
      "$vault/program"
      mknod "$vault/null" c 1 3
      cat "$vault/null"`
    const lines = onKiosk(context, script)
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toContain('Permission denied')
  })

  it('let the screen’s account reach the link and not the vault, and other accounts neither', (context) => {
    const script = `
      runtime=$(dirname "$vault")
      stat --format "%A %U %G" "$runtime"
      as receptionist-helper mkdir --mode 0750 "$runtime/link"
      as receptionist-helper sh -c 'echo key > "$0/link/shell.key"; chmod 0640 "$0/link/shell.key"' "$runtime"
      as receptionist-shell cat "$runtime/link/shell.key"
      as receptionist-shell ls "$vault"
      as receptionist-shell touch "$runtime/planted"
      setpriv --reuid 64321 --regid 64321 --clear-groups ls "$runtime/link"`
    const [runtime, key, ...refusals] = onKiosk(context, script)
    expect([runtime, key]).toEqual(['drwxr-s--- receptionist-helper receptionist', 'key'])
    expect(refusals).toHaveLength(3)
    for (const refusal of refusals) expect(refusal).toContain('Permission denied')
  })
})
