/** The checks as they are made beside the helper, from files and the network. Never makes, changes or wipes anything. */
import { lstat, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { assertNever, KioskError } from '../../contract/kiosk-error.ts'
import type { DeviceCertificate } from '../attestation/device-identity.ts'
import { gatewayOf } from '../attestation/provider-way.ts'
import type { BundlePlaces } from '../config/find-bundle.ts'
import type { HelperEnvironment } from '../config/helper-environment.ts'
import type { Bundle } from '../config/read-bundle.ts'
import type { ProviderNetwork } from '../oauth/provider-network.ts'
import type { CheckParts } from '../support/check-list.ts'
import type { CheckOutcome } from '../support/check-run.ts'
import { requestOneCode } from '../support/code-request.ts'
import { judgeCertificate, judgeTechnician, judgeVault } from '../support/device-checks.ts'
import { networkSettings } from '../support/network-checks.ts'
import { readTechnicianSecret } from '../technician/technician-secret.ts'
import { checkVault } from '../vault/check-vault.ts'
import { findDeviceKeySource } from '../vault/device-key.ts'

/** systemd hands them to the helper's unit, and to nobody else. */
const ONLY_FOR_HELPER = 'a systemd credential shows only to the helper'

type OutsideParts = {
  environment: HelperEnvironment
  bundlePlaces: BundlePlaces
  /** Null where it is at fault. */
  bundle: Bundle | null
  certificate: DeviceCertificate
  /** Null where only the helper may take the way to the provider. */
  network: ProviderNetwork | null
  helper: () => Promise<CheckOutcome>
  isCodeOnScreen: () => boolean
}

/** Secrets and folders of the helper's account tell the truth to that account alone. */
async function otherAccount({ runtimeFolder, stateFolder }: HelperEnvironment): Promise<CheckOutcome | null> {
  for (const folder of [runtimeFolder, stateFolder]) {
    const owner = await stat(folder).then(
      ({ uid }) => uid,
      () => null,
    )
    if (owner === null || process.getuid === undefined) continue
    if (owner === process.getuid()) return null
    return { state: 'skipped', found: `the helper is down: run the doctor as its account (${owner})` }
  }
  return null
}

async function checkVaultFolder(folder: string): Promise<CheckOutcome> {
  const isThere = await lstat(folder).then(
    () => true,
    () => false,
  )
  if (!isThere) return { state: 'skipped', found: 'not there: the helper makes it' }
  // Whether memory can reach a disk depends on the helper's own control group.
  return judgeVault({ ...(await checkVault(folder)), exposures: [] }, { isDevelopment: false })
}

async function checkDeviceKey(bundle: Bundle | null, { credentialsFolder }: HelperEnvironment): Promise<CheckOutcome> {
  if (!bundle) return { state: 'skipped', found: 'no bundle says where it comes from' }
  const { deviceId, config } = bundle
  const wanted = config.vault.deviceKey
  if (wanted === 'credential' && credentialsFolder === undefined) return { state: 'skipped', found: ONLY_FOR_HELPER }
  try {
    return { state: 'ok', found: await findDeviceKeySource({ deviceId, wanted, credentialsFolder }) }
  } catch (error) {
    if (!(error instanceof KioskError)) throw error
    return { state: wanted === 'auto' ? 'warning' : 'failed', code: error.code, found: error.message }
  }
}

async function checkTechnician(environment: HelperEnvironment): Promise<CheckOutcome> {
  try {
    const secret = await readTechnicianSecret(environment)
    secret?.fill(0)
    if (secret) return judgeTechnician(null)
    return { ...judgeTechnician('no-secret'), state: 'warning', found: `no file; ${ONLY_FOR_HELPER}` }
  } catch (error) {
    if (!(error instanceof KioskError)) throw error
    return { state: 'failed', code: error.code, found: error.message }
  }
}

/** Nothing goes past the gateway, a check neither. */
export function whyShut(certificate: DeviceCertificate): string {
  const wanted = 'the gateway asks for a certificate'
  switch (certificate.kind) {
    case 'not-configured':
      return `${wanted}, and this device has none`
    case 'faulty':
      return `${wanted}, and this device’s is not good: ${certificate.faults[0]?.code ?? 'it cannot be read'}`
    case 'present':
      return `${wanted}, and this device’s is not in use`
    default:
      return assertNever(certificate)
  }
}

function networkParts(
  bundle: Bundle | null,
  network: ProviderNetwork | string,
  isCodeOnScreen: () => boolean,
): CheckParts['network'] {
  if (!bundle) return 'the kiosk is not set up'
  const askForCode =
    typeof network === 'string'
      ? null
      : async (signal: AbortSignal) => (await requestOneCode(bundle, network, signal)).outcome
  return { ...networkSettings(bundle.config), network, isCodeOnScreen, askForCode }
}

/** What only a running helper could say waits for one: its supervision and its screen. */
const ASK_THE_HELPER = async (): Promise<CheckOutcome> => ({ state: 'skipped', found: 'only the helper knows' })

export function outsideChecks({
  environment,
  bundlePlaces,
  bundle,
  certificate,
  network,
  helper,
  isCodeOnScreen,
}: OutsideParts): CheckParts {
  const asHelper = async (check: () => Promise<CheckOutcome>) => (await otherAccount(environment)) ?? check()
  return {
    bundlePlaces,
    network: networkParts(bundle, network ?? whyShut(certificate), isCodeOnScreen),
    certificate: async () => {
      const isWanted = bundle !== null && gatewayOf(bundle.config) !== null
      return judgeCertificate(certificate, Date.now(), { isWanted })
    },
    helper,
    supervision: ASK_THE_HELPER,
    painted: ASK_THE_HELPER,
    orders: ASK_THE_HELPER,
    vault: () => asHelper(() => checkVaultFolder(join(environment.runtimeFolder, 'vault'))),
    deviceKey: () => asHelper(() => checkDeviceKey(bundle, environment)),
    technician: () => asHelper(() => checkTechnician(environment)),
  }
}
