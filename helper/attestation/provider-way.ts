/** The way to the provider that a bundle wants: direct, or through the gateway as this device. Says which, and how it stands. */
import type { DeviceStanding } from '../../contract/device-standing.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import { openProviderNetwork, type ProviderNetwork } from '../oauth/provider-network.ts'
import { type Attestation, openAttestation } from './attestation.ts'
import type { DeviceCertificate, DeviceIdentity, DeviceIdentitySource } from './device-identity.ts'
import { type FollowedDevice, followDevice } from './follow-device.ts'
import { openGatewayLanes } from './gateway-lanes.ts'
import { openGatewayNetwork } from './gateway-network.ts'

export type ProviderWay = {
  network: ProviderNetwork
  standing(): DeviceStanding
  /** Null where there is no certificate, whatever the bundle wants. */
  device: FollowedDevice | null
  /** The gateway is asked from now on, first of all at once. */
  start(): void
  close(): void
}

type Settings = Pick<KioskConfig, 'attestation' | 'network'>

/** Null for a bundle whose kiosks ask the provider directly. */
export function gatewayOf({ attestation }: Pick<KioskConfig, 'attestation'>): string | null {
  return attestation?.required === true ? (attestation.gatewayUrl ?? null) : null
}

export function certificateStanding(
  found: DeviceCertificate,
  followed: FollowedDevice | null,
): DeviceStanding['certificate'] {
  const codesOf = (faults: readonly { code: DeviceStandingCode }[]) => [...new Set(faults.map(({ code }) => code))]
  const present = followed?.identity() ?? (found.kind === 'present' ? found.identity : null)
  if (present) {
    const { deviceId, fingerprint, validUntilEpochMs } = present
    const newerFaults = codesOf(followed?.faults() ?? [])
    return { kind: 'present', deviceId, fingerprint, validUntilEpochMs, newerFaults }
  }
  return found.kind === 'faulty' ? { kind: 'faulty', codes: codesOf(found.faults) } : { kind: 'none' }
}

type DeviceStandingCode = Extract<DeviceStanding['certificate'], { kind: 'faulty' }>['codes'][number]

function attestationStanding(attestation: Attestation, clock: KioskClock): DeviceStanding['attestation'] {
  const { answer, failure } = attestation.record()
  const atEpochMs = (atMs: number) => Math.round(Date.now() - (clock.nowMs() - atMs))
  if (failure) return { kind: 'unanswered', code: failure.code, sinceEpochMs: atEpochMs(failure.sinceMs) }
  if (!answer) return { kind: 'unasked' }
  if (answer.kind === 'active') return { kind: 'active', atEpochMs: atEpochMs(answer.atMs) }
  const { code, reason, atMs } = answer
  return { kind: 'refused', code, reason, atEpochMs: atEpochMs(atMs) }
}

/**
 * @param options.found the certificate that the helper has started with
 * @param options.source where a newer one is looked for
 * @throws KioskError `device-certificate-missing` where the bundle wants a gateway and there is no good certificate
 */
export function openProviderWay(options: {
  config: Settings
  found: DeviceCertificate
  source: DeviceIdentitySource
  clock: KioskClock
  log: Log
  onRefused: (refusal: KioskError) => void
}): ProviderWay {
  const { config, found, source, clock, log, onRefused } = options
  const { proxy } = config.network
  const gatewayUrl = gatewayOf(config)
  let attestation: Attestation | null = null
  const follow = (started: DeviceIdentity) =>
    // A new certificate may be one that the gateway judges otherwise. What keeps it from answering stands in the record.
    followDevice({ source, started, log, onChange: () => void attestation?.ask().catch(() => {}) })
  const device = found.kind === 'present' ? follow(found.identity) : null
  const close = () => device?.stop()
  const certificate = () => certificateStanding(found, device)
  if (gatewayUrl === null) {
    return {
      network: openProviderNetwork(proxy),
      standing: () => ({ certificate: certificate(), gatewayUrl, attestation: { kind: 'direct' } }),
      device,
      start: () => log.info({ event: 'attestation.direct' }, 'no gateway: this kiosk asks its provider directly'),
      close,
    }
  }
  if (!device) throw new KioskError('device-certificate-missing', 'there is no certificate to show to the gateway')
  const lanes = openGatewayLanes({ origin: gatewayUrl, proxy, identity: device.identity, log })
  const recheckMs = (config.attestation?.recheckMinutes ?? 0) * 60_000
  const asking = openAttestation(lanes, { recheckMs, clock, log, onRefused })
  attestation = asking
  return {
    network: openGatewayNetwork(lanes, asking),
    standing: () => ({ certificate: certificate(), gatewayUrl, attestation: attestationStanding(asking, clock) }),
    device,
    start: () => asking.start(),
    close,
  }
}
