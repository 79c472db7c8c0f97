/** What is kept of an activation, and for which device it counts. Pure. Never a token, never a name. */
import { z } from 'zod'
import type { DeviceActivation } from '../../contract/activation.ts'

/** What an activation is bound to. A change of any of them makes it another device, as far as anybody can tell. */
const ownerShape = {
  deviceId: z.string().min(1),
  issuer: z.string().min(1),
  tenantId: z.string().nullable(),
  /** Of the operating system's installation; null where that cannot be told, and then it is not compared. */
  installation: z.string().nullable(),
}

export const activationRecordSchema = z.strictObject({
  version: z.literal(1),
  ...ownerShape,
  /** Fingerprint of the configuration at that moment: what it was activated under, not what it is bound to. */
  config: z.string(),
  /** `SessionTokens.userKey`: the provider's own numbers for a person. */
  userKey: z.string().min(1),
  atEpochMs: z.number(),
})
export type ActivationRecord = z.infer<typeof activationRecordSchema>

export type ActivationOwner = Pick<ActivationRecord, keyof typeof ownerShape>

export type FoundActivation =
  | { kind: 'absent' }
  | { kind: 'record'; record: ActivationRecord }
  /** It is there, and is none of ours or not whole. */
  | { kind: 'damaged'; fault: unknown }
  /** The folder cannot be trusted or looked at. */
  | { kind: 'unreadable'; fault: unknown }

/** A record that is not of this device as it is now counts for nothing. */
export function judgeActivation(found: FoundActivation, owner: ActivationOwner): DeviceActivation {
  if (found.kind === 'absent') return { kind: 'inactive', because: 'never' }
  if (found.kind !== 'record') return { kind: 'inactive', because: found.kind }
  const { record } = found
  if (record.deviceId !== owner.deviceId) return { kind: 'inactive', because: 'other-device' }
  if (record.issuer !== owner.issuer || record.tenantId !== owner.tenantId) {
    return { kind: 'inactive', because: 'other-tenant' }
  }
  const isOtherInstallation =
    record.installation !== null && owner.installation !== null && record.installation !== owner.installation
  if (isOtherInstallation) return { kind: 'inactive', because: 'other-installation' }
  return { kind: 'active', sinceEpochMs: record.atEpochMs, generation: null, isRecorded: true }
}
