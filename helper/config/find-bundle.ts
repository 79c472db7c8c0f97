/** The bundle that this kiosk may run with: the one that lies there, else the last good one. Never one that its keys do not vouch for. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BundleStatus, SHOWN_PROBLEMS } from '../../contract/bundle-status.ts'
import { KioskError, type ProvisioningCode, provisioningCodeSchema } from '../../contract/kiosk-error.ts'
import { OPERATOR_HINTS } from '../../contract/operator-hints.ts'
import type { ProvisioningProblem } from '../../contract/session-state.ts'
import { readDeviceFiles } from '../attestation/device-files.ts'
import type { DeviceCertificate } from '../attestation/device-identity.ts'
import { readTrust, type Trust, trustedOwners } from '../trust/read-trust.ts'
import { verifyBundle } from '../trust/verify-bundle.ts'
import { heldBundleFiles, openBundleFolder } from './bundle-files.ts'
import { findWritable } from './bundle-modes.ts'
import { type BundleRecord, findAge, hasBundleRecord, keepBundle, readBundleRecord } from './kept-bundle.ts'
import { type Bundle, type BundleReading, CONFIG_FILE, readBundle } from './read-bundle.ts'

export type BundlePlaces = {
  bundleFolder: string
  trustFolder: string
  deviceFolder: string
  stateFolder: string
  /** An installed kiosk takes no bundle of a developer's. */
  isPackaged: boolean
  /** Of a kiosk that runs already: while its files are being replaced, it is no other device. */
  certificateId?: string
}

export type RunnableBundle = {
  bundle: Bundle
  signed: BundleStatus['signed']
  /** Who else may change it; any other bundle than a developer's is refused for it. */
  exposures: ProvisioningProblem[]
}

export type FoundBundle = {
  /** Null where neither the present bundle nor an earlier one may be used. */
  runnable: RunnableBundle | null
  /** What is wrong with the one that lies there; empty where it is the runnable one. */
  refused: ProvisioningProblem[]
  /** Why an unsigned one could not be kept for a start with a faulty one; null where it was. */
  notKept: KioskError | null
  trust: Trust
  /** As it lies there, whatever the bundle makes of it. */
  certificate: DeviceCertificate
}

type Judged =
  | { ok: true; runnable: RunnableBundle; files: ReadonlyMap<string, Buffer> }
  | { ok: false; problems: ProvisioningProblem[] }

function problemOf(code: ProvisioningCode, where: string, what: string): ProvisioningProblem {
  return { code, where, what, remedy: OPERATOR_HINTS[code].remedy }
}

function problemOfError(error: KioskError, where: string): ProvisioningProblem {
  return problemOf(provisioningCodeSchema.parse(error.code), where, error.message)
}

function findDevelopment(reading: BundleReading): ProvisioningProblem[] {
  if (!reading.ok || !reading.bundle.config.development) return []
  const remedy = 'Leave it out: it is for a kiosk that runs from its sources.'
  const what = 'is set, which an installed kiosk refuses'
  return [{ code: 'bundle-invalid', where: `${CONFIG_FILE} › development`, what, remedy }]
}

/** @param isCopy in the state folder, which is the helper's own */
async function judge(folder: string, rules: Rules, isCopy: boolean): Promise<Judged> {
  const { trust, record, isPackaged, account, certificateId } = rules
  const source = openBundleFolder(folder)
  if (trust.kind === 'unusable') return { ok: false, problems: [] }
  if (trust.kind === 'none') {
    const reading = await readBundle(source, certificateId)
    const faults = isPackaged ? findDevelopment(reading) : []
    if (!reading.ok || faults.length > 0) return { ok: false, problems: reading.ok ? faults : reading.problems }
    const files = source.used()
    const exposures = isCopy ? [] : await findWritable(folder, [...files.keys()], account)
    if (exposures.length > 0 && !reading.bundle.config.development) return { ok: false, problems: exposures }
    return { ok: true, runnable: { bundle: reading.bundle, signed: null, exposures }, files }
  }
  // Without the folder there is nothing to sign, and an installer should read that.
  if (!(await exists(join(folder, CONFIG_FILE)))) {
    const reading = await readBundle(source)
    if (!reading.ok) return reading
  }
  const verified = await verifyBundle(source, trust.keys)
  if ('doubts' in verified) {
    return {
      ok: false,
      problems: verified.doubts.map(({ code, name, what }) => problemOf(code, join(folder, name), what)),
    }
  }
  const age = findAge(verified.payload.version, verified.payload.files, record)
  if (age !== null) return { ok: false, problems: [problemOf('bundle-version-old', folder, age)] }
  const reading = await readBundle(heldBundleFiles(folder, verified.files), certificateId)
  const faults = isPackaged ? findDevelopment(reading) : []
  if (!reading.ok || faults.length > 0) return { ok: false, problems: reading.ok ? faults : reading.problems }
  const { version, issuedAt } = verified.payload
  const signed = { version, issuedAt, keyId: verified.keyId }
  return { ok: true, runnable: { bundle: reading.bundle, signed, exposures: [] }, files: verified.files }
}

type Rules = {
  trust: Trust
  record: BundleRecord | null
  isPackaged: boolean
  /** The helper's; undefined where accounts have no numbers. */
  account: number | undefined
  /** The device's id by its certificate; null without one. */
  certificateId: string | null
}

/** Whoever only looks may be root, and judges as the helper would. */
async function findAccount(stateFolder: string, { keeps }: { keeps: boolean }): Promise<number | undefined> {
  const own = process.getuid?.()
  if (keeps || own === undefined) return own
  return stat(stateFolder).then(
    ({ uid }) => uid,
    () => own,
  )
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** A kiosk that has run with a signed bundle does not go back to unsigned ones because a file is gone. */
function findLostKey(trust: Trust, record: BundleRecord | null, trustFolder: string): KioskError | null {
  if (trust.kind !== 'none' || !record?.signed) return null
  const what = 'holds no bundle-keys.json any more, and this kiosk has taken a signed bundle'
  return new KioskError('trust-unusable', `${trustFolder} ${what}`)
}

/**
 * @param options.keeps false only looks; otherwise a good bundle becomes the last good one, and its version counts from then on
 */
export async function findBundle(
  places: BundlePlaces,
  options: { keeps: boolean } = { keeps: true },
): Promise<FoundBundle> {
  const { bundleFolder, trustFolder, stateFolder, isPackaged } = places
  const account = await findAccount(stateFolder, options)
  const certificate = await readDeviceFiles({ ...places, account })
  let trust = await readTrust(trustFolder, trustedOwners({ isPackaged }))
  const read = await readBundleRecord(stateFolder, account).catch((error: unknown) => {
    if (error instanceof KioskError) return error
    throw error
  })
  const record = read instanceof KioskError ? null : read
  const lost = findLostKey(trust, record, trustFolder)
  if (lost) trust = { kind: 'unusable', why: lost }
  const nothing = { runnable: null, notKept: null, trust, certificate }
  if (trust.kind === 'unusable') return { ...nothing, refused: [problemOfError(trust.why, trustFolder)] }
  if (read instanceof KioskError) {
    // Without it a version that was taken may be any; and without a key as well, nobody knows whether there was one.
    const isNeeded = trust.kind === 'pinned' || (account === process.getuid?.() && (await hasBundleRecord(stateFolder)))
    if (isNeeded) return { ...nothing, refused: [problemOfError(read, stateFolder)] }
  }

  const ofCertificate = certificate.kind === 'present' ? certificate.identity.deviceId : null
  const certificateId = places.certificateId ?? ofCertificate
  const rules = { trust, record, isPackaged, account, certificateId }
  const present = await judge(bundleFolder, rules, false)
  if (present.ok) {
    const { signed, exposures } = present.runnable
    const kept = { files: present.files, signed: signed && { version: signed.version, keyId: signed.keyId } }
    try {
      // A copy would look safe, whoever has written it.
      if (options.keeps && exposures.length === 0) await keepBundle(stateFolder, kept)
      return { runnable: present.runnable, refused: [], notKept: null, trust, certificate }
    } catch (error) {
      if (!(error instanceof KioskError)) throw error
      // Another look has taken a newer one meanwhile, which its record now tells.
      if (error.code === 'bundle-version-old') return await findBundle(places, options)
      if (!signed) return { runnable: present.runnable, refused: [], notKept: error, trust, certificate }
      return { ...nothing, refused: [problemOfError(error, stateFolder)] }
    }
  }
  const copy = record && (await judge(join(stateFolder, record.folder), rules, true))
  return { ...nothing, runnable: copy?.ok ? copy.runnable : null, refused: present.problems }
}

/** For the screen and a technician. */
export function describeBundle(
  { signed }: Pick<RunnableBundle, 'signed'>,
  { refused, waiting }: { refused: readonly ProvisioningProblem[]; waiting: readonly string[] },
): BundleStatus {
  return { signed, refused: refused.slice(0, SHOWN_PROBLEMS), waiting: [...waiting] }
}
