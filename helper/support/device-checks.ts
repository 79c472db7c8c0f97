/** Judges what was found on this machine: vault, keys, certificate, screen. Pure but for the reading; changes nothing it looks at. */
import type { DeviceStanding } from '../../contract/device-standing.ts'
import { OPERATOR_HINTS } from '../../contract/operator-hints.ts'
import { type RemoteControlStatus, remoteControlText } from '../../contract/remote-control-status.ts'
import type { Painted, ProvisioningProblem } from '../../contract/session-state.ts'
import type { TechnicianUnavailableBecause } from '../../contract/technician-access.ts'
import { type DeviceCertificate, isNearEnd } from '../attestation/device-identity.ts'
import { type BundlePlaces, findBundle } from '../config/find-bundle.ts'
import type { Bundle } from '../config/read-bundle.ts'
import type { VaultCheck } from '../vault/check-vault.ts'
import type { DeviceKey } from '../vault/device-key.ts'
import type { CheckOutcome } from './check-run.ts'

/** The page paints every two seconds. */
const PAINTED_LIMIT_MS = 10_000

/** @param bundle null where it may not be used; then there is a problem */
export function judgeConfig(bundle: Bundle | null, problems: readonly ProvisioningProblem[]): CheckOutcome {
  const [first] = problems
  if (first) {
    const further = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
    return { state: 'failed', code: first.code, found: `${first.where} ${first.what}${further}`, remedy: first.remedy }
  }
  return bundle ? { state: 'ok', found: bundle.config.identity.provider } : { state: 'failed', code: 'bundle-invalid' }
}

/** As the kiosk itself judges a bundle, signature and version included; only looks. */
export async function checkConfig(places: BundlePlaces): Promise<CheckOutcome> {
  const { runnable, refused } = await findBundle(places, { keeps: false })
  return judgeConfig(runnable?.bundle ?? null, refused)
}

export function judgeVault(
  { kind, problems, exposures }: VaultCheck,
  { isDevelopment }: { isDevelopment: boolean },
): CheckOutcome {
  const [worst] = [...problems, ...exposures]
  if (!worst) return { state: 'ok', found: kind ?? '' }
  const isFatal = problems.length > 0 || !isDevelopment
  return { state: isFatal ? 'failed' : 'warning', code: worst.code, found: worst.what, remedy: worst.remedy }
}

export async function checkDeviceKey(deviceKey: DeviceKey | null): Promise<CheckOutcome> {
  if (!deviceKey) return { state: 'skipped', found: 'the kiosk is not set up' }
  const isThere = await deviceKey.isStillThere()
  if (isThere === null) return { state: 'warning', code: 'keychain-unavailable' }
  if (!isThere) return { state: 'failed', code: 'device-key-unusable', found: deviceKey.source }
  return { state: 'ok', found: deviceKey.source }
}

const TECHNICIAN_FAULTS = {
  'no-secret': 'technician-secret-unusable',
  'secret-unusable': 'technician-secret-unusable',
  'state-unusable': 'technician-state-unusable',
  'too-many-challenges': 'unexpected',
} as const

export function judgeTechnician(fault: TechnicianUnavailableBecause | null): CheckOutcome {
  return fault === null ? { state: 'ok' } : { state: 'failed', code: TECHNICIAN_FAULTS[fault], found: fault }
}

export function judgeRemoteControl(status: RemoteControlStatus): CheckOutcome {
  const found = remoteControlText(status)
  if (found === null) return { state: 'skipped', found: 'no broker: nobody can order anything' }
  if (status.kind === 'connected') return { state: 'ok', found }
  return {
    state: 'failed',
    code: status.kind === 'faulty' ? status.code : 'broker-unreachable',
    found: found.slice(0, 200),
  }
}

export function judgePainted(painted: Painted | null, nowEpochMs: number): CheckOutcome {
  if (!painted) return { state: 'failed', code: 'screen-not-painted', found: 'no screen is there' }
  const ageMs = nowEpochMs - painted.atEpochMs
  if (Math.abs(ageMs) <= PAINTED_LIMIT_MS) return { state: 'ok', found: painted.kind }
  return { state: 'failed', code: 'screen-not-painted', found: `last ${Math.round(ageMs / 1000)} s ago` }
}

type CertificateView = {
  isWanted: boolean
  /** By the running helper, which keeps the last good one. */
  inUse?: DeviceStanding['certificate']
}

/** @param isWanted by the bundle, whose gateway asks for it; without one a device may go by another name */
export function judgeCertificate(
  certificate: DeviceCertificate,
  nowEpochMs: number,
  { isWanted, inUse }: CertificateView,
): CheckOutcome {
  if (inUse?.kind === 'present' && nowEpochMs < inUse.validUntilEpochMs) {
    const onDisk = ofFiles(certificate, nowEpochMs, isWanted)
    const isTaken = certificate.kind === 'present' && inUse.fileFaults.length === 0
    if (isTaken) return onDisk
    const [code = 'device-certificate-missing'] = inUse.fileFaults
    const found = `${onDisk.found ?? 'no files'}; in use: ${inUse.deviceId}, until ${day(inUse.validUntilEpochMs)}`
    return { state: 'warning', found, code: onDisk.code ?? code }
  }
  return ofFiles(certificate, nowEpochMs, isWanted)
}

const day = (atEpochMs: number) => new Date(atEpochMs).toISOString().slice(0, 10)

function ofFiles(certificate: DeviceCertificate, nowEpochMs: number, isWanted: boolean): CheckOutcome {
  const bad = isWanted ? 'failed' : 'warning'
  if (certificate.kind === 'not-configured') {
    return isWanted ? { state: bad, code: 'device-certificate-missing' } : { state: 'skipped', found: 'none' }
  }
  if (certificate.kind === 'faulty') {
    const [first, ...more] = certificate.faults
    if (!first) return { state: bad, code: 'device-certificate-unreadable' }
    const { code, where, what } = first
    const further = more.length > 0 ? ` (and ${more.length} more)` : ''
    return { state: bad, code, found: `${where} ${what}${further}`, remedy: OPERATOR_HINTS[code].remedy }
  }
  const { deviceId, validUntilEpochMs, endsWith } = certificate.identity
  const of = endsWith === undefined ? '' : `, the end of ${endsWith}`
  const found = `${deviceId}, until ${day(validUntilEpochMs)}${of}`
  const isNear = isNearEnd(certificate.identity, nowEpochMs)
  if (certificate.unjudged !== undefined && !isNear) {
    return { state: 'warning', code: certificate.unjudged, found: `${found}; no fleet-ca.crt says whom it leads to` }
  }
  return isNear ? { state: 'warning', code: 'device-certificate-expiring', found } : { state: 'ok', found }
}
