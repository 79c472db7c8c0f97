import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { readDeviceFiles } from './device-files.ts'

const account = process.getuid?.()
let root: string
let pair: string
let deviceFolder: string
let trustFolder: string

const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: pair, stdio: 'pipe' })

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kiosk-device-files-'))
  pair = join(root, 'pair')
  await mkdir(pair)
  const names = ['-addext', 'subjectAltName=URI:urn:digital-receptionist:device:DR-0042']
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'device.key']
  const use = ['-addext', 'extendedKeyUsage=clientAuth']
  openssl('req', '-x509', ...made, '-subj', '/CN=DR-0042', '-days', '90', ...names, ...use, '-out', 'device.crt')
})
beforeEach(async () => {
  deviceFolder = join(root, 'above', 'device')
  trustFolder = join(root, 'trust')
  await mkdir(deviceFolder, { recursive: true, mode: 0o700 })
  await mkdir(trustFolder, { recursive: true, mode: 0o755 })
  execFileSync('cp', [join(pair, 'device.crt'), join(pair, 'device.key'), deviceFolder])
  await chmod(join(deviceFolder, 'device.key'), 0o600)
})
afterEach(async () => {
  await rm(join(root, 'above'), { recursive: true, force: true })
  await rm(trustFolder, { recursive: true, force: true })
})
afterAll(() => rm(root, { recursive: true }))

async function seen(settings: { isPackaged?: boolean } = {}) {
  const found = await readDeviceFiles({ deviceFolder, trustFolder, isPackaged: false, account, ...settings })
  return found.kind === 'faulty' ? found.faults.map(({ code }) => code) : found
}

it('is good as it is installed, and where a service that renews it links to it', async () => {
  expect(await seen()).toMatchObject({ kind: 'present', identity: { deviceId: 'DR-0042' } })
  await rename(join(deviceFolder, 'device.key'), join(pair, 'elsewhere.key'))
  await symlink(join(pair, 'elsewhere.key'), join(deviceFolder, 'device.key'))
  expect(await seen()).toMatchObject({ kind: 'present' })
})

it.each<[string, () => Promise<unknown>, string]>([
  ['a key that others read', () => chmod(join(deviceFolder, 'device.key'), 0o640), 'device-certificate-key-exposed'],
  ['a folder that others fill', () => chmod(deviceFolder, 0o770), 'device-certificate-key-exposed'],
  [
    'a folder that everybody may replace',
    () => chmod(join(deviceFolder, '..'), 0o777),
    'device-certificate-key-exposed',
  ],
  [
    'a pipe in the key’s place',
    async () => {
      await rm(join(deviceFolder, 'device.key'))
      execFileSync('mkfifo', ['-m', '600', join(deviceFolder, 'device.key')])
    },
    'device-certificate-key-unreadable',
  ],
  [
    'an authority that others may change',
    async () => {
      await writeFile(join(trustFolder, 'fleet-ca.crt'), 'x')
      await chmod(join(trustFolder, 'fleet-ca.crt'), 0o666)
    },
    'fleet-ca-unusable',
  ],
  [
    'an authority that is no certificate',
    () => writeFile(join(trustFolder, 'fleet-ca.crt'), 'x', { mode: 0o644 }),
    'fleet-ca-unusable',
  ],
])('is refused with %s', async (_what, spoil, code) => {
  await spoil()
  expect(await seen()).toEqual([code])
})

it('does not mind a folder above that is sticky, as /tmp is', async () => {
  await chmod(join(deviceFolder, '..'), 0o1777)
  expect(await seen()).toMatchObject({ kind: 'present' })
})

it('says of an installed kiosk that nobody but the gateway judges its certificate', async () => {
  await rm(trustFolder, { recursive: true })
  expect(await seen({ isPackaged: true })).toMatchObject({ kind: 'present', unjudged: 'fleet-ca-unusable' })
  expect(await seen()).not.toHaveProperty('unjudged')
})
