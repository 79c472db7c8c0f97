/** Makes a fleet for a laptop: an authority, and a certificate for each device. Never over one that is there. */
import { createPki, issueCertificate } from '../../fleet/pki/device-certificates.ts'

export type DeviceCertificate = { deviceId: string; cert: string; key: string }

/** @param count at most 10,000; they are DR-0000, DR-0001 and so on */
export async function makeDevices(pkiFolder: string, count: number): Promise<DeviceCertificate[]> {
  const now = new Date()
  await createPki({ folder: pkiFolder, name: 'Demo kiosks', now, days: 30 })
  const devices: DeviceCertificate[] = []
  for (let index = 0; index < count; index += 1) {
    const deviceId = `DR-${String(index).padStart(4, '0')}`
    const { certificatePem, keyPem } = await issueCertificate({ folder: pkiFolder, deviceId, now, days: 30 })
    devices.push({ deviceId, cert: certificatePem, key: keyPem ?? '' })
  }
  return devices
}
