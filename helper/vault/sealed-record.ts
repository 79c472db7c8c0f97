/** AES-256-GCM around one record, bound to what it belongs to. Never opens a record of another device, tenant or generation. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { KioskError } from '../../contract/kiosk-error.ts'

const FORMAT_VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16

/** What a sealed record belongs to; all of it is authenticated, none of it encrypted. */
export type SealBinding = { deviceId: string; tenant: string; generation: number }

function associatedData(binding: SealBinding): Buffer {
  const { deviceId, tenant, generation } = binding
  return Buffer.from(JSON.stringify(['digital-receptionist-vault', FORMAT_VERSION, deviceId, tenant, generation]))
}

/** @param sessionSecret 32 random bytes that live in this process's memory only */
export function deriveVaultKey(sessionSecret: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', sessionSecret, Buffer.alloc(0), 'digital-receptionist-vault-key', 32))
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
  const headBytes = 1 + IV_BYTES + TAG_BYTES
  if (sealed.length < headBytes || sealed[0] !== FORMAT_VERSION) {
    throw new KioskError('vault-record-damaged', 'the vault’s record is cut short or of another format')
  }
  const iv = sealed.subarray(1, 1 + IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
    .setAAD(associatedData(binding))
    .setAuthTag(sealed.subarray(1 + IV_BYTES, headBytes))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(headBytes)), decipher.final()])
  } catch (cause) {
    throw new KioskError('vault-record-damaged', 'the vault’s record was not sealed by this session', { cause })
  }
}
