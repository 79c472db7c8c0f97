/** Puts a device into service with the first confirmed sign-in by somebody who may. Never asks an activated device's people again. */
import { createHash } from 'node:crypto'
import type { DeviceActivation } from '../../contract/activation.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { AuditRecorder } from '../audit/audit-trail.ts'
import type { Bundle } from '../config/read-bundle.ts'
import type { Log } from '../log.ts'
import { findUnmetClaim } from '../oauth/access-rule.ts'
import { readActivationFile, writeActivationFile } from './activation-file.ts'
import {
  type ActivationOwner,
  type ActivationRecord,
  type FoundActivation,
  judgeActivation,
} from './activation-record.ts'
import { readInstallationId } from './installation-id.ts'

/** A full disk, or a folder that is being mended, is no matter of seconds. */
const WRITE_AGAIN_MS = 30_000

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

function sayWhatWasFound(
  found: FoundActivation,
  state: DeviceActivation,
  owner: ActivationOwner,
  { log, audit }: { log: Log; audit: AuditRecorder },
): void {
  if (state.kind === 'active' || found.kind === 'absent') return
  const { because } = state
  void audit.record({ event: 'device.not-activated', because })
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

/** @param options.onChange called when the device has become active, and when that is on record later */
export async function openActivation(options: {
  bundle: Pick<Bundle, 'config' | 'deviceId'>
  stateFolder: string
  log: Log
  audit: AuditRecorder
  onChange: (state: DeviceActivation) => void
  installation?: string | null
  writeAgainMs?: number
}): Promise<Activation> {
  const { bundle, stateFolder, log, audit, onChange } = options
  const { installation = readInstallationId(), writeAgainMs = WRITE_AGAIN_MS } = options
  const { identity, activation: rule } = bundle.config
  const { issuer, tenantId = null } = identity
  const owner: ActivationOwner = { deviceId: bundle.deviceId, issuer, tenantId, installation }
  const found = await readActivationFile(stateFolder)
  let state = judgeActivation(found, owner)
  let working: Promise<void> | null = null
  /** Of the person who did it; nobody who comes later takes their place. */
  let unwritten: ActivationRecord | null = null
  let nextAttempt: NodeJS.Timeout | null = null
  sayWhatWasFound(found, state, owner, { log, audit })

  async function activate({ generation, readUserKey }: ConfirmedSession): Promise<void> {
    const userKey = await readUserKey()
    // The session ended at once, or cannot be read: the next one does it.
    if (userKey === null || state.kind === 'active') return
    const { because } = state
    const atEpochMs = Date.now()
    const config = fingerprintOf(bundle.config)
    const record: ActivationRecord = { version: 1, ...owner, config, userKey, atEpochMs }
    const isRecorded = await writeActivationFile(stateFolder, record).then(
      () => true,
      (error: unknown) => {
        log.error({ err: error, event: 'device.activation-not-recorded' }, 'it is tried again while the helper runs')
        return false
      },
    )
    if (!isRecorded) writeLater(record)
    state = { kind: 'active', sinceEpochMs: atEpochMs, generation, isRecorded }
    log.info({ event: 'device.activated', because, ...owner, config, userKey, generation }, 'this device is in service')
    void audit.record({ event: 'device.activated', generation, user: userKey, because, config })
    onChange(state)
  }

  function writeLater(record: ActivationRecord): void {
    unwritten = record
    nextAttempt = setTimeout(() => begin(writeAgain), writeAgainMs).unref()
  }

  async function writeAgain(): Promise<void> {
    if (!unwritten) return
    const record = unwritten
    if (nextAttempt) clearTimeout(nextAttempt)
    try {
      await writeActivationFile(stateFolder, record)
    } catch {
      // Said when it failed first; why it still does is hardly another reason.
      writeLater(record)
      return
    }
    unwritten = null
    log.info({ event: 'device.activation-recorded' }, 'the activation is on record now')
    if (state.kind !== 'active') return
    state = { ...state, isRecorded: true }
    onChange(state)
  }

  function begin(work: () => Promise<void>): void {
    working ??= work()
      .catch((error: unknown) => log.error({ err: error }, 'this device could not be activated'))
      .finally(() => {
        working = null
      })
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
      begin(state.kind === 'active' ? writeAgain : () => activate(session))
    },
    async close() {
      await working
      await writeAgain()
      if (nextAttempt) clearTimeout(nextAttempt)
    },
  }
}
