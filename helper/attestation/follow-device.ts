/** Keeps the last good certificate and key, and takes over newer ones once both are there and belong together. Never without a pair. */
import { isDeepStrictEqual } from 'node:util'
import type { Log } from '../log.ts'
import {
  type DeviceCertificateFault,
  type DeviceIdentity,
  type DeviceIdentitySource,
  isNearEnd,
} from './device-identity.ts'

const LOOK_AGAIN_MS = 2_000
const DAY_MS = 86_400_000

export type FollowedDevice = {
  /** The last good one. */
  identity(): DeviceIdentity
  /** Why what lies there now is not taken; empty where it is, or is being replaced at this moment. */
  faults(): readonly DeviceCertificateFault[]
  /** With each newer one from now on. */
  onRenewed(listener: (identity: DeviceIdentity) => void): void
  stop(): void
}

type FollowOptions = {
  source: DeviceIdentitySource
  started: DeviceIdentity
  onChange: (identity: DeviceIdentity) => void
  log: Log
  lookAgainMs?: number
  epochMs?: () => number
}

const GONE: DeviceCertificateFault = {
  code: 'device-certificate-missing',
  where: 'the device folder',
  what: 'holds neither certificate nor key any more',
}

export function followDevice(options: FollowOptions): FollowedDevice {
  const { source, started, onChange, log, lookAgainMs = LOOK_AGAIN_MS, epochMs = Date.now } = options
  let identity = started
  const listeners = [onChange]
  let faults: readonly DeviceCertificateFault[] = []
  /** Of the look before: files that are replaced one after the other do not belong together for a moment. */
  let suspected: readonly DeviceCertificateFault[] = []
  let daysWarned: number | null = null
  let timer: NodeJS.Timeout | null = null
  let isStopped = false

  function warnOfEnd(): void {
    const leftMs = identity.validUntilEpochMs - epochMs()
    const days = isNearEnd(identity, epochMs()) ? Math.floor(leftMs / DAY_MS) : null
    if (days !== null && days !== daysWarned) {
      const validUntil = new Date(identity.validUntilEpochMs).toISOString()
      log.warn({ event: 'device.certificate-expiring', validUntil, days }, 'this device’s certificate needs renewal')
    }
    daysWarned = days
  }

  function take(fresh: DeviceIdentity): void {
    // An authority that was forgotten below it makes it another one for the gateway, though the leaf is the same.
    if (fresh.certificateChainPem === identity.certificateChainPem) return
    identity = fresh
    const { fingerprint, validUntilEpochMs } = fresh
    const validUntil = new Date(validUntilEpochMs).toISOString()
    log.info(
      { event: 'device.certificate-changed', fingerprint, validUntil },
      'a new certificate of this device is used',
    )
    for (const listener of listeners) listener(fresh)
  }

  async function findFaults(): Promise<readonly DeviceCertificateFault[]> {
    const found = await source.read()
    if (found.kind === 'faulty') return found.faults
    if (found.kind === 'not-configured') return [GONE]
    if (found.identity.deviceId === identity.deviceId) {
      take(found.identity)
      return []
    }
    const what = `is for ${found.identity.deviceId}, and this kiosk runs as ${identity.deviceId}`
    return [{ code: 'device-certificate-ids-differ', where: 'the new certificate', what }]
  }

  async function look(): Promise<void> {
    const found = await findFaults()
    const isSettled = isDeepStrictEqual(found, suspected)
    suspected = found
    if (found.length === 0) faults = []
    else if (isSettled && !isDeepStrictEqual(found, faults)) {
      faults = found
      log.error({ event: 'device.certificate-faulty', faults }, 'the last good certificate of this device stays in use')
    }
    warnOfEnd()
  }

  function lookLater(): void {
    if (isStopped) return
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => log.error({ err: error }, 'this device’s certificate cannot be looked at'))
        .finally(lookLater)
    }, lookAgainMs).unref()
  }

  warnOfEnd()
  lookLater()
  return {
    identity: () => identity,
    faults: () => faults,
    onRenewed: (listener) => void listeners.push(listener),
    stop() {
      isStopped = true
      if (timer) clearTimeout(timer)
    },
  }
}
