import 'reflect-metadata'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompactSign } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUDIT_HEAD_TYPE } from '../../contract/audit-head.ts'
import { certifyDevice, createAuthority, generateKeys } from '../pki/certificates.ts'
import { type FleetAuthority, openFleetAuthority } from './fleet-authority.ts'
import { openKeptHeads } from './kept-heads.ts'

const DEVICE = 'DR-0042'

describe('the audit heads that somebody keeps', () => {
  let folder: string
  let authority: FleetAuthority
  let signHead: (sequence: number, changes?: { deviceId?: string; typ?: string }) => Promise<string>
  const place = (name: string) => join(folder, name)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-heads-'))
    const now = new Date()
    const keys = await generateKeys()
    const certificate = await createAuthority({ name: 'Contoso kiosks', now, days: 30, keys })
    authority = openFleetAuthority(certificate.toString('pem'))
    const { publicKey, privateKey } = await generateKeys()
    const fleet = { certificate, signingKey: keys.privateKey }
    const device = await certifyDevice(fleet, { deviceId: DEVICE, publicKey, now, days: 10 })
    signHead = (sequence, { deviceId = DEVICE, typ = AUDIT_HEAD_TYPE } = {}) => {
      const head = { deviceId, sequence, hash: 'a'.repeat(64), atEpochMs: now.getTime() }
      return new CompactSign(new TextEncoder().encode(JSON.stringify(head)))
        .setProtectedHeader({ typ, alg: 'ES256', x5c: [device.toString('base64')] })
        .sign(privateKey)
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('tell once that a kiosk went back, also to whoever watches after a restart', async () => {
    const file = place('heads.json')
    const first = await openKeptHeads(file, authority)
    const jws = await signHead(9)
    expect(await first.note(DEVICE, jws)).toBeNull()
    await first.close()
    expect(JSON.parse(await readFile(file, 'utf8')).heads[DEVICE]).toMatchObject({ jws, head: { sequence: 9 } })

    const second = await openKeptHeads(file, authority)
    const older = await signHead(4)
    expect(await second.note(DEVICE, older)).toContain('it reports line 4, and had reported line 9')
    expect(await second.note(DEVICE, older)).toBeNull()
    expect(second.alarms()).toHaveLength(1)
    await second.close()

    const third = await openKeptHeads(file, authority)
    expect(await third.note(DEVICE, await signHead(12))).toContain('it reports line 4, and had reported line 9')
    await third.close()
  })

  it.each<[string, string, () => Promise<string>]>([
    ['of another device', DEVICE, () => signHead(99, { deviceId: 'DR-0043' })],
    ['on another device’s topic', 'DR-0043', () => signHead(99)],
    ['of another kind', DEVICE, () => signHead(99, { typ: 'kiosk-receipt+jws' })],
    ['that is nothing', DEVICE, async () => 'a.b.c'],
    ['that was changed', DEVICE, async () => (await signHead(99)).replace(/.{6}$/, 'AAAAAA')],
  ])('are never one %s', async (_what, deviceId, make) => {
    const heads = await openKeptHeads(null, authority)
    expect(await heads.note(deviceId, await make())).toBe('its audit head is not signed by it')
    expect(await heads.note(DEVICE, await signHead(4))).toBeNull()
    await heads.close()
  })

  it('are not begun anew over a file that is something else', async () => {
    await writeFile(place('other.json'), '{}')
    await expect(openKeptHeads(place('other.json'), authority)).rejects.toThrow(/is no file of audit heads/)
  })

  it('say where they cannot be written', async () => {
    const heads = await openKeptHeads(place('missing/heads.json'), authority)
    await heads.note(DEVICE, await signHead(1))
    await expect(heads.close()).rejects.toThrow(/cannot be written/)
  })
})
