/** Puts a device into service with the first confirmed sign-in by somebody who may. Never asks an activated device's people again. */
import { createHash } from 'node:crypto'
import type { DeviceActivation } from '../../contract/activation.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { Bundle } from '../config/read-bundle.ts'
import type { Log } from '../log.ts'
import { findUnmetClaim } from '../oauth/access-rule.ts'
import { readActivationFile, writeActivationFile } from './activation-file.ts'
import { type ActivationOwner, type FoundActivation, judgeActivation } from './activation-record.ts'
import { readInstallationId } from './installation-id.ts'

export type ConfirmedSession = { generation: number; readUserKey: () => Promise<string | null> }

export type Activation = {
  state(): DeviceActivation
  /**
   * Judges a person who has signed in, before anything of the sign-in is kept.
   *
   * @param claims of a validated ID token
   * @throws KioskError `kiosk-not-activated` where the device is not in service and this person may not change that
   */
  admit(claims: Readonly<Record<string, unknown>>): void
  /** A person whom `admit` let through has confirmed at the screen that it is them. */
  noteConfirmed(session: ConfirmedSession): void
  /** Resolves when what was noted is on the disk, or cannot get there. */
  close(): Promise<void>
}

function fingerprintOf(config: Bundle['config']): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex')
}

function sayWhatWasFound(found: FoundActivation, state: DeviceActivation, owner: ActivationOwner, log: Log): void {
  if (state.kind === 'active' || found.kind === 'absent') return
  const { because } = state
  if (found.kind !== 'record') {
    const what = 'the record of this device’s activation does not count'
    log.warn({ event: 'device.activation-unusable', because, err: found.fault }, what)
    return
  }
  const { deviceId, issuer, tenantId, atEpochMs } = found.record
  const event = because === 'other-installation' ? 'device.reimaged' : 'device.reassigned'
  const before = { deviceId, issuer, tenantId, atEpochMs }
  log.warn({ event, because, before, now: owner }, 'this device has to be activated again')
}

/** @param options.onChange called when the device has become active */
export async function openActivation(options: {
  bundle: Pick<Bundle, 'config' | 'deviceId'>
  stateFolder: string
  log: Log
  onChange: (state: DeviceActivation) => void
  installation?: string | null
}): Promise<Activation> {
  const { bundle, stateFolder, log, onChange, installation = readInstallationId() } = options
  const { identity, activation: rule } = bundle.config
  const { issuer, tenantId = null } = identity
  const owner: ActivationOwner = { deviceId: bundle.deviceId, issuer, tenantId, installation }
  const found = await readActivationFile(stateFolder)
  let state = judgeActivation(found, owner)
  let working: Promise<void> | null = null
  sayWhatWasFound(found, state, owner, log)

  async function activate({ generation, readUserKey }: ConfirmedSession): Promise<void> {
    const userKey = await readUserKey()
    // The session ended at once, or cannot be read: the next one does it.
    if (userKey === null || state.kind === 'active') return
    const { because } = state
    const atEpochMs = Date.now()
    const config = fingerprintOf(bundle.config)
    const isRecorded = await writeActivationFile(stateFolder, {
      version: 1,
      ...owner,
      config,
      userKey,
      atEpochMs,
    }).then(
      () => true,
      (error: unknown) => {
        log.error({ err: error, event: 'device.activation-not-recorded' }, 'the next start will not know of it')
        return false
      },
    )
    state = { kind: 'active', sinceEpochMs: atEpochMs, generation, isRecorded }
    log.info({ event: 'device.activated', because, ...owner, config, userKey, generation }, 'this device is in service')
    onChange(state)
  }

  return {
    state: () => state,
    admit(claims) {
      if (state.kind === 'active' || !rule) return
      const unmet = findUnmetClaim(claims, rule.requiredClaims)
      if (unmet === null) return
      throw new KioskError('kiosk-not-activated', `the ID token ${unmet} (activation.requiredClaims)`)
    },
    noteConfirmed(session) {
      if (state.kind === 'active' || working) return
      working = activate(session)
        .catch((error: unknown) => log.error({ err: error }, 'this device could not be activated'))
        .finally(() => {
          working = null
        })
    },
    async close() {
      await working
    },
  }
}
