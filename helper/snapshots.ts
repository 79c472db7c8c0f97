/** Keeps the one snapshot that screens and technicians see. Never holds a token or a device code. */
import { hostname } from 'node:os'
import type { DeviceActivation } from '../contract/activation.ts'
import { plainBrand } from '../contract/brand.ts'
import type { BundleStatus } from '../contract/bundle-status.ts'
import { LANGUAGES } from '../contract/languages.ts'
import { DEFAULT_SCREEN_SETTINGS } from '../contract/screen-settings.ts'
import type { KioskSnapshot, Painted, SessionState } from '../contract/session-state.ts'
import type { Bundle } from './config/read-bundle.ts'

/** Shown while there is no bundle to name the brand. */
const UNBRANDED = { brand: plainBrand('Digital Receptionist'), kioskName: '', place: '', languages: [...LANGUAGES] }

export type Snapshots = {
  current(): KioskSnapshot
  changeSession(session: SessionState): void
  changeDisplay(display: KioskSnapshot['display']): void
  changeActivation(activation: DeviceActivation): void
  changeBundle(status: BundleStatus): void
  /** @param painted null when no screen is there any more */
  changePainted(painted: Painted | null): void
}

/** @param onSnapshot called with every change; state and paint share the sequence of the state */
export function createSnapshots(options: {
  version: string
  nowMs: () => number
  bundle: Bundle | null
  bundleStatus: BundleStatus | null
  vault: KioskSnapshot['vault']
  onSnapshot: (snapshot: KioskSnapshot) => void
}): Snapshots {
  const { version, nowMs, bundle, vault, onSnapshot } = options
  let sequence = 0
  let session: SessionState = { kind: 'starting' }
  let display = bundle?.display ?? UNBRANDED
  let activation: DeviceActivation | null = null
  let { bundleStatus } = options
  let painted: Painted | null = null

  function current(): KioskSnapshot {
    return {
      sequence,
      clock: { monotonicMs: nowMs(), epochMs: Date.now() },
      helper: { version, processId: process.pid, startedAtEpochMs: performance.timeOrigin },
      device: { id: bundle?.deviceId ?? hostname(), activation },
      display,
      screen: bundle?.config.screen ?? DEFAULT_SCREEN_SETTINGS,
      app: bundle?.config.app ?? null,
      bundle: bundleStatus,
      vault,
      session,
      painted,
    }
  }

  return {
    current,
    changeSession(next) {
      sequence += 1
      session = next
      onSnapshot(current())
    },
    changeDisplay(next) {
      sequence += 1
      display = next
      onSnapshot(current())
    },
    changeActivation(next) {
      sequence += 1
      activation = next
      onSnapshot(current())
    },
    changeBundle(next) {
      sequence += 1
      bundleStatus = next
      onSnapshot(current())
    },
    changePainted(next) {
      painted = next
      onSnapshot(current())
    },
  }
}
