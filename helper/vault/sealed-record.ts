/** AES-256-GCM around one record, bound to what it belongs to. Never opens a record for another purpose, device or tenant. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { KioskError } from '../../contract/kiosk-error.ts'

const FORMAT_VERSION = 2
const IV_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + IV_BYTES + TAG_BYTES
const KEY_BYTES = 32

/** What a record is for; a key for one opens no record of the other. */
export type SealPurpose = 'session' | 'handover'

/** What a sealed record belongs to; all of it is authenticated, none of it encrypted. */
export type SealBinding = { deviceId: string; tenant: string } & (
  | { purpose: 'session'; generation: number }
  | { purpose: 'handover'; bootId: string }
)

function associatedData(binding: SealBinding): Buffer {
  const { purpose, deviceId, tenant } = binding
  const bound = purpose === 'session' ? binding.generation : binding.bootId
  return Buffer.from(JSON.stringify(['digital-receptionist-vault', FORMAT_VERSION, purpose, deviceId, tenant, bound]))
}

/** @returns 32 random bytes */
export function freshSecret(): Buffer {
  return randomBytes(KEY_BYTES)
}

/**
 * HKDF-SHA-256 (RFC 5869) with the device key as its salt: without either of the two, no key.
 *
 * @param secret 32 random bytes; a session's live in this process's memory only
 * @param deviceKey empty where the device has none
 */
export function deriveSealKey(purpose: SealPurpose, secret: Buffer, deviceKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, deviceKey, `digital-receptionist-vault ${purpose}`, KEY_BYTES))
}

/** @returns version, IV, tag and ciphertext in one buffer */
export function sealRecord(key: Buffer, binding: SealBinding, plaintext: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(associatedData(binding))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([Buffer.of(FORMAT_VERSION), iv, cipher.getAuthTag(), ciphertext])
}

/** @throws KioskError `vault-record-damaged` for anything that this key and binding did not seal */
export function openRecord(key: Buffer, binding: SealBinding, sealed: Buffer): Buffer {
  if (sealed.length < HEAD_BYTES || sealed[0] !== FORMAT_VERSION) {
    throw new KioskError('vault-record-damaged', 'the vault’s record is cut short or of another format')
  }
  const iv = sealed.subarray(1, 1 + IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
    .setAAD(associatedData(binding))
    .setAuthTag(sealed.subarray(1 + IV_BYTES, HEAD_BYTES))
  // GCM's plaintext comes before its tag is checked: it is nobody's until then.
  const unchecked = decipher.update(sealed.subarray(HEAD_BYTES))
  try {
    return Buffer.concat([unchecked, decipher.final()])
  } catch (cause) {
    throw new KioskError('vault-record-damaged', 'the vault’s record was not sealed for this use', { cause })
  } finally {
    unchecked.fill(0)
  }
}
