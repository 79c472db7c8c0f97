/** Puts a device's certificate and key where its helper looks for them. Never over a certificate that is good. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { issueCertificate, revokeCertificates } from '../../fleet/pki/device-certificates.ts'

export async function installDevice(options: {
  pkiFolder: string
  deviceId: string
  deviceFolder: string
}): Promise<void> {
  const { pkiFolder, deviceId, deviceFolder } = options
  const { certificatePem, keyPem } = await issueCertificate({ folder: pkiFolder, deviceId, now: new Date(), days: 30 })
  await mkdir(deviceFolder, { recursive: true, mode: 0o700 })
  await writeFile(join(deviceFolder, 'device.crt'), certificatePem, { mode: 0o644 })
  await writeFile(join(deviceFolder, 'device.key'), keyPem ?? '', { mode: 0o600 })
}

/** Takes its certificate back; whoever serves the fleet has to read the list anew. */
export async function revokeDevice(pkiFolder: string, deviceId: string): Promise<void> {
  await revokeCertificates({ folder: pkiFolder, which: { deviceId }, reason: 'keyCompromise', now: new Date() })
}
