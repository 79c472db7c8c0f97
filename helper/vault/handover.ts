/**
 * A session on its way from one helper to the next over a planned restart: sealed with a key of its own that the keychain
 * holds. Never opened before that key is gone from the keychain, never twice, never later than two minutes after.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import { sessionTokensSchema } from '../oauth/session-tokens.ts'
import type { BootClock } from './boot-clock.ts'
import type { DeviceKey, OneTimeKeys } from './device-key.ts'
import { readRecordFile, replaceRecordFile } from './record-file.ts'
import { deriveSealKey, freshSecret, openRecord, type SealBinding, sealRecord } from './sealed-record.ts'

/** PM2 restarts a helper within seconds, even on a slow disk; whatever comes later is no restart any more. */
const HANDOVER_LIMIT_MS = 120_000

const HANDOVER_FILE = 'handover.sealed'

const handedSessionSchema = z.strictObject({
  generation: z.int().nonnegative(),
  displayName: z.string(),
  /** All moments are on the clock of the helper that wrote them, until `takeHandover` has moved them. */
  since: z.number(),
  validUntil: z.number(),
  idleUntil: z.number().nullable(),
  /** When tokens that cannot be renewed die; null while a refresh token renews them. */
  tokensExpireAtMs: z.number().nullable(),
  /** The screen that showed the session; only the same one may go on with it. Null where none was there. */
  screenId: z.string().nullable(),
  /** What a person had to be allowed; under other rules the session may not go on. */
  rules: z.string(),
  tokens: sessionTokensSchema,
})
/** A session, and where it was going on. */
export type HandedSession = z.infer<typeof handedSessionSchema>

const recordSchema = z.strictObject({
  /** Both clocks of the writer, read together. */
  writtenAtMs: z.number(),
  writtenAtUpMs: z.number(),
  session: handedSessionSchema,
})

/** Where a handover lies and what it is bound to. */
export type HandoverPlace = {
  folder: string
  owner: { deviceId: string; tenant: string }
  deviceKey: DeviceKey & { oneTimeKeys: OneTimeKeys }
  boot: BootClock
  /** The helper's monotonic clock. */
  nowMs: () => number
  /** Of the present bundle. */
  rules: string
}

/** What a start finds. `spent` was opened, but may not go on: its tokens are there to be revoked. */
export type FoundHandover =
  | { kind: 'none' }
  | { kind: 'session'; session: HandedSession }
  | { kind: 'spent'; session: HandedSession; why: KioskError }
  | { kind: 'refused'; why: KioskError }

function bindingOf({ owner, boot }: HandoverPlace): SealBinding {
  return { purpose: 'handover', ...owner, bootId: boot.bootId }
}

/** @throws KioskError `keychain-unavailable`, `vault-record-too-large`; then nothing is left of the attempt */
export async function writeHandover(place: HandoverPlace, session: HandedSession): Promise<void> {
  const { folder, deviceKey, boot, nowMs } = place
  const secret = freshSecret()
  const key = deriveSealKey('handover', secret, deviceKey.bytes)
  const record = { writtenAtMs: nowMs(), writtenAtUpMs: boot.upMs(), session }
  const plaintext = Buffer.from(JSON.stringify(record))
  try {
    await replaceRecordFile(folder, HANDOVER_FILE, sealRecord(key, bindingOf(place), plaintext))
    // The key comes last: while there is one, the record is whole.
    await deviceKey.oneTimeKeys.put(secret)
  } catch (error) {
    await rm(join(folder, HANDOVER_FILE), { force: true })
    throw error
  } finally {
    for (const bytes of [secret, key, plaintext]) bytes.fill(0)
  }
}

/**
 * For a restart that became a stop: nobody will come for it.
 *
 * @throws KioskError `keychain-unavailable` when its key may still be there; the record is gone in any case
 */
export async function discardHandover({ folder, deviceKey }: HandoverPlace): Promise<void> {
  await rm(join(folder, HANDOVER_FILE), { force: true })
  const secret = await deviceKey.oneTimeKeys.take()
  secret?.fill(0)
}

/**
 * Takes the record and its key away from everybody, and only then opens it. Afterwards neither is anywhere, whatever the
 * outcome.
 */
export async function takeHandover(place: HandoverPlace): Promise<FoundHandover> {
  const { folder, deviceKey } = place
  try {
    const secret = await deviceKey.oneTimeKeys.take()
    const sealed = await takeRecord(folder)
    if (!sealed && !secret) return { kind: 'none' }
    if (!sealed) secret?.fill(0)
    if (!sealed) throw refusal('its key was in the keychain, but the record is gone, as after a power cut')
    if (!secret) throw refusal('its key is not in the keychain: it was used before, or never handed over')
    return judge(place, openWith(place, secret, sealed))
  } catch (error) {
    if (!(error instanceof KioskError)) throw error
    return { kind: 'refused', why: error }
  }
}

function refusal(why: string, cause?: unknown): KioskError {
  return new KioskError('vault-handover-refused', `a handed-over session is refused: ${why}`, { cause })
}

async function takeRecord(folder: string): Promise<Buffer | null> {
  try {
    return await readRecordFile(folder, HANDOVER_FILE)
  } catch (error) {
    throw refusal('its file is not one that this kiosk wrote', error)
  } finally {
    await rm(join(folder, HANDOVER_FILE), { recursive: true, force: true })
  }
}

function openWith(place: HandoverPlace, secret: Buffer, sealed: Buffer): z.infer<typeof recordSchema> {
  const key = deriveSealKey('handover', secret, place.deviceKey.bytes)
  let plaintext: Buffer | undefined
  try {
    plaintext = openRecord(key, bindingOf(place), sealed)
    return recordSchema.parse(JSON.parse(plaintext.toString()))
  } catch (error) {
    throw refusal('it belongs to another handover, boot, device or tenant, or was changed', error)
  } finally {
    for (const bytes of [secret, key, plaintext]) bytes?.fill(0)
  }
}

/** Moves every moment to this helper's clock; the machine's uptime tells how much time has passed between the two. */
function judge({ boot, nowMs, rules }: HandoverPlace, record: z.infer<typeof recordSchema>): FoundHandover {
  const { writtenAtMs, writtenAtUpMs, session } = record
  const ageMs = boot.upMs() - writtenAtUpMs
  const shiftMs = nowMs() - (writtenAtMs + ageMs)
  const moved = (atMs: number) => atMs + shiftMs
  const { idleUntil, tokensExpireAtMs, tokens } = session
  const moment: HandedSession = {
    ...session,
    since: moved(session.since),
    validUntil: moved(session.validUntil),
    idleUntil: idleUntil === null ? null : moved(idleUntil),
    tokensExpireAtMs: tokensExpireAtMs === null ? null : moved(tokensExpireAtMs),
    tokens: { ...tokens, accessTokenExpiresAtMs: moved(tokens.accessTokenExpiresAtMs) },
  }
  const spent = (why: string): FoundHandover => ({ kind: 'spent', session: moment, why: refusal(why) })
  if (ageMs < 0 || ageMs > HANDOVER_LIMIT_MS) return spent(`it is ${Math.round(ageMs / 1000)} s old`)
  if (session.rules !== rules) return spent('the bundle’s rules for who may sign in have changed')
  return { kind: 'session', session: moment }
}
