/** The vault of this kiosk with its device key, and what a helper before this one left in it. Never opens a record twice. */
import { rm, writeFile } from 'node:fs/promises'
import type { Log } from '../log.ts'
import { readBootClock } from './boot-clock.ts'
import type { DeviceKey } from './device-key.ts'
import {
  discardHandover,
  type FoundHandover,
  type HandedSession,
  type HandoverPlace,
  takeHandover,
  writeHandover,
} from './handover.ts'
import { openMemoryVault, openTokenVault, type TokenVault, type VaultOwner } from './token-vault.ts'

export type KioskVault = TokenVault & {
  deviceKey: Pick<DeviceKey, 'source' | 'reason'>
  /** False where a planned restart ends the session, because no keychain can be written. */
  canHandOver: boolean
  /**
   * Leaves a session for the next helper, which must come within two minutes, and forgets it here.
   *
   * @throws KioskError `keychain-unavailable`, `vault-record-too-large`; then it is nowhere any more, but with the caller
   */
  handOver(session: Omit<HandedSession, 'rules'>): Promise<void>
  /**
   * No next helper comes after all.
   *
   * @throws KioskError `keychain-unavailable` when the key may still be there; the record is gone in any case
   */
  takeBack(): Promise<void>
  /**
   * A wipe that also destroys the device key: no copy of anything can ever be opened. What is cut short is finished by the
   * next start.
   *
   * @throws KioskError `keychain-unavailable`, `vault-wipe-unproven`; everything else is destroyed then
   */
  destroy(): Promise<'destroyed' | 'read-only' | 'none'>
}

export type VaultOpening = {
  vault: KioskVault
  /** A session that a planned restart handed over, or why it may not go on. */
  handover: FoundHandover
  /** Something else lay in the vault, and was wiped: an earlier session ended by a crash. */
  foundLeftover: boolean
}

type VaultOptions = {
  folder: string
  kind: TokenVault['kind']
  owner: VaultOwner
  /** Of the bundle: who may sign in. A session goes on under the same rules only. */
  rules: string
  deviceKey: DeviceKey
  /** Stands from the order to destroy until it is carried out; holds nothing. */
  destroyMarker: string
  /** The helper's monotonic clock. */
  nowMs: () => number
}

/** Only a vault that outlives its process, a kernel that names its boots and a keychain that can be written make one. */
async function findHandoverPlace({ kind, deviceKey, ...rest }: VaultOptions): Promise<HandoverPlace | null> {
  const { oneTimeKeys } = deviceKey
  const boot = await readBootClock()
  if (kind === 'memory' || !oneTimeKeys || !boot) return null
  return { ...rest, deviceKey: { ...deviceKey, oneTimeKeys }, boot }
}

/** For a folder that `checkVault` has passed, and once in the life of a process: it takes what the last one left. */
export async function openKioskVault(options: VaultOptions, log: Log): Promise<VaultOpening> {
  const { folder, kind, owner, deviceKey, rules, destroyMarker } = options
  const place = await findHandoverPlace(options)
  const handover = place ? await takeHandover(place) : { kind: 'none' as const }
  const whose = { owner, deviceKey: deviceKey.bytes }
  const { vault, foundLeftover } =
    kind === 'memory'
      ? { vault: openMemoryVault(whose), foundLeftover: false }
      : await openTokenVault(folder, kind, whose)
  const kioskVault: KioskVault = {
    ...vault,
    deviceKey: { source: deviceKey.source, reason: deviceKey.reason },
    canHandOver: place !== null,
    async handOver(session) {
      if (!place) throw new TypeError('this vault hands nothing over')
      await vault.wipe()
      await writeHandover(place, { ...session, rules })
    },
    async takeBack() {
      if (place) await discardHandover(place)
    },
    async destroy() {
      await writeFile(destroyMarker, '')
      const [key, wipe] = await Promise.allSettled([deviceKey.destroy(), vault.wipe()])
      if (wipe.status === 'rejected') throw wipe.reason
      if (key.status === 'rejected') throw key.reason
      await rm(destroyMarker, { force: true })
      log.warn({ event: 'vault.destroyed', deviceKey: key.value })
      return key.value
    },
  }
  return { vault: kioskVault, handover, foundLeftover }
}
