/** Why a preflight does not begin: a device's files at fault, or a kiosk that would be led past its gateway. Asks nobody anything. */
import { stat } from 'node:fs/promises'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { DeviceCertificate } from '../attestation/device-identity.ts'
import { gatewayOf } from '../attestation/provider-way.ts'
import { type CheckedName, describeOutcome } from '../support/check-run.ts'

export type PreflightRefusal = CheckedName<'certificate' | 'attestation'>

/** An installed kiosk's packager leaves a mark, and whoever enrols one leaves a folder for its certificate. */
async function isKiosk(deviceFolder: string, isPackaged: boolean): Promise<boolean> {
  if (isPackaged) return true
  return stat(deviceFolder).then(
    (found) => found.isDirectory(),
    // Not to be looked at is there all the same.
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  )
}

/**
 * @param options.config null where the bundle is at fault, so that nobody is asked
 * @param options.deviceFolder where a kiosk on this machine keeps its certificate
 */
export async function refusePreflight(options: {
  config: Pick<KioskConfig, 'attestation'> | null
  certificate: DeviceCertificate
  isDirectly: boolean
  deviceFolder: string
  isPackaged: boolean
}): Promise<PreflightRefusal[]> {
  const { config, certificate, isDirectly, deviceFolder, isPackaged } = options
  if (certificate.kind === 'faulty') {
    return certificate.faults.map(({ code, where, what }) =>
      describeOutcome('certificate', { state: 'failed', code, found: `${where} ${what}` }, 0),
    )
  }
  const gatewayUrl = config && gatewayOf(config)
  if (certificate.kind === 'present' || isDirectly || gatewayUrl === null) return []
  if (!(await isKiosk(deviceFolder, isPackaged))) return []
  // No part of a kiosk goes past its gateway unless somebody says so (docs/security.md, 22).
  const found = `this machine is a kiosk, and the bundle sends it through ${gatewayUrl}`
  const remedy = `Give --device-dir ${deviceFolder} to go through the gateway, or --directly to go past it.`
  return [describeOutcome('attestation', { state: 'failed', code: 'command-not-allowed', found, remedy }, 0)]
}
