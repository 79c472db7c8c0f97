import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const SECRET = Buffer.from(Uint8Array.from({ length: 32 }, (_, index) => index)).toString('hex')
const DERIVED = '86a75287550c67f125a5bbbef9da535f4cc004e3927f5f5a964437d4ffaade7a'

describe('fleetctl', () => {
  let folder: string
  let secretFile: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-fleet-'))
    secretFile = join(folder, 'secret')
    writeFileSync(secretFile, `${SECRET}\n`)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function run(args: readonly string[], input = '') {
    const words = args.map((word) => (word === 'SECRET' ? secretFile : word))
    return spawnSync(process.execPath, [join(import.meta.dirname, 'fleetctl.ts'), ...words], {
      input,
      encoding: 'utf8',
    })
  }

  const CODE = ['technician-code', '--device', 'DR-0042', '--challenge', '7K3M-2QPX']

  it('answers a challenge with ten digits in two groups', () => {
    const { stdout, stderr, status } = run([...CODE, '--secret-file', 'SECRET'])
    expect({ stdout, stderr, status }).toEqual({ stdout: '93767 69585\n', stderr: '', status: 0 })
  })

  it('takes a challenge as it was heard on the phone, and the secret from standard input', () => {
    const heard = ['technician-code', '--device', 'DR-0042', '--challenge', '7k3m 2qpx', '--secret-file', '-']
    expect(run(heard, SECRET).stdout).toBe('93767 69585\n')
  })

  it('answers from the fleet’s secret as from the device’s own', () => {
    const fromFleet = run([...CODE, '--fleet-secret-file', 'SECRET']).stdout
    expect(fromFleet).toBe(run([...CODE, '--secret-file', '-'], DERIVED).stdout)
    expect(fromFleet).not.toBe('93767 69585\n')
  })

  it('writes a device’s secret to a file for its owner alone, and never over another', () => {
    const out = join(folder, 'technician.secret')
    const make = ['technician-secret', '--device', 'DR-0042', '--fleet-secret-file', 'SECRET', '--out', out]
    expect(run(make)).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(readFileSync(out, 'utf8')).toBe(`${DERIVED}\n`)
    if (process.platform !== 'win32') expect(statSync(out).mode & 0o777).toBe(0o600)
    expect(run(make)).toMatchObject({ status: 2, stderr: expect.stringContaining('file already exists') })
  })

  it('prints a device’s secret where no file is named', () => {
    const { stdout } = run(['technician-secret', '--device', 'DR-0042', '--fleet-secret-file', 'SECRET'])
    expect(stdout).toBe(`${DERIVED}\n`)
  })

  it('says how it is used', () => {
    const { stdout, status } = run(['--help'])
    expect(status).toBe(0)
    expect(stdout).toContain('Usage: fleetctl <command>')
  })

  it.each<[string, string[], string]>([
    ['no command', [], 'no command given'],
    ['an unknown command', ['reboot'], 'there is no command "reboot"'],
    ['a group without a command', ['pki'], 'there are create, issue, renew'],
    ['no device', ['technician-code', '--challenge', '7K3M-2QPX', '--secret-file', 'SECRET'], '--device is missing'],
    ['no challenge', ['technician-code', '--device', 'DR-0042', '--secret-file', 'SECRET'], '--challenge is missing'],
    ['no secret', CODE, 'give either --secret-file or --fleet-secret-file'],
    ['two secrets', [...CODE, '--secret-file', 'SECRET', '--fleet-secret-file', 'SECRET'], 'give either --secret-file'],
    ['a secret that is not there', [...CODE, '--secret-file', '/missing'], '/missing cannot be read'],
    ['an option of another command', [...CODE, '--secret-file', 'SECRET', '--out', 'x'], 'takes no --out'],
    [
      'no such challenge',
      ['technician-code', '--device', 'DR-0042', '--challenge', '7K3M', '--secret-file', 'SECRET'],
      '"7K3M" is no challenge',
    ],
  ])('refuses %s, and says where help is', (_what, args, words) => {
    const { status, stderr, stdout } = run(args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(words)
    expect(stderr).toContain('--help')
  })

  it('ends with 1 where it refuses what it was rightly asked for', () => {
    const { status, stderr, stdout } = run(['pki', 'list', '--folder', join(folder, 'missing')])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain('"fleetctl pki create" makes a PKI')
  })

  it.each([
    ['as a word', [...CODE, SECRET]],
    ['as an option', [...CODE, `--secret=${SECRET}`]],
    ['as a flag', [...CODE, `--${SECRET}`]],
  ])('takes no secret from the command line %s, and does not repeat it', (_how, args) => {
    const { status, stderr } = run(args)
    expect(status).toBe(2)
    expect(stderr).not.toContain(SECRET)
  })

  it('does not repeat what it took for a secret', () => {
    writeFileSync(secretFile, 'canary')
    const { status, stderr } = run([...CODE, '--secret-file', 'SECRET'])
    expect(status).toBe(2)
    expect(stderr).toContain('holds no secret: 32 bytes')
    expect(stderr).not.toContain('canary')
  })
})
