/** The key that only this device has: from a systemd credential or the system's keychain. Never logged, never on a disk of ours. */
import { hkdfSync, randomBytes } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'
import { isUnopened, SEALED_FOR_ANOTHER } from '../config/unopened-credentials.ts'
import { type Keychain, openKeychain as openSystemKeychain } from './device-keychain.ts'

const SERVICE = 'digital-receptionist'
const CREDENTIAL_FILE = 'device-key'
const KEY_BYTES = 32
const CREDENTIAL_MAX_BYTES = 4_096

/** Keys for one planned restart each, on their way from one helper to the next. */
export type OneTimeKeys = {
  /**
   * Puts a fresh 32-byte key for one handover into the keychain, replacing any.
   *
   * @throws KioskError `keychain-unavailable`
   */
  put(key: Buffer): Promise<void>
  /**
   * Deletes the key from the keychain, proves that it is gone, and only then answers it; null where there is none. Garbage
   * in its place is deleted too and answered as null.
   *
   * @throws KioskError `keychain-unavailable` when it cannot be read, cannot be deleted, or is still there after
   */
  take(): Promise<Buffer | null>
}

export type DeviceKey = {
  source: 'keychain' | 'credential' | 'none'
  /** 32 bytes; empty where there is none. */
  bytes: Buffer
  /** Why there is none, in words for a technician; null where there is one. */
  reason: string | null
  /**
   * Whether the place that it came from still holds the same key; null where there is none.
   *
   * @throws KioskError `keychain-unavailable`, `device-key-unusable` when it cannot be read
   */
  isStillThere(): Promise<boolean | null>
  /** Null where the keychain cannot be written: a planned restart ends the session then. */
  oneTimeKeys: OneTimeKeys | null
  /**
   * For a remote wipe: zeroes `bytes`, deletes the device key and any one-time key from the keychain, and proves both gone.
   * May be repeated.
   *
   * @throws KioskError `keychain-unavailable` when either may still be there
   */
  destroy(): Promise<'destroyed' | 'read-only' | 'none'>
}

/** @returns null for whatever is not 32 bytes in base64url, written as we write it */
function decodeKey(text: string | null): Buffer | null {
  if (text === null) return null
  const key = Buffer.from(text, 'base64url')
  return key.length === KEY_BYTES && key.toString('base64url') === text ? key : null
}

/** One account of ours in the keychain. */
function keychainEntry(keychain: Keychain, account: string) {
  const read = () => keychain.getPassword(SERVICE, account)
  return {
    read,
    write: (key: Buffer) => keychain.setPassword(SERVICE, account, key.toString('base64url')),
    async remove(): Promise<void> {
      await keychain.deletePassword(SERVICE, account)
      if ((await read()) !== null) {
        throw new KioskError('keychain-unavailable', `the keychain still holds "${account}" after deleting it`)
      }
    },
  }
}

type KeychainEntry = ReturnType<typeof keychainEntry>

/** Reads the key back: a store that takes everything and keeps nothing would show only at the next planned restart. */
async function makeKey(entry: KeychainEntry): Promise<Buffer> {
  const fresh = randomBytes(KEY_BYTES)
  await entry.write(fresh)
  if (!decodeKey(await entry.read())?.equals(fresh)) {
    throw new KioskError('keychain-unavailable', 'the keychain does not keep what is put into it')
  }
  return fresh
}

async function openFromKeychain(keychain: Keychain, deviceId: string): Promise<DeviceKey> {
  const device = keychainEntry(keychain, `device-key ${deviceId}`)
  const handover = keychainEntry(keychain, `handover ${deviceId}`)
  // Garbage is replaced as if there were nothing: what it protected, if anything, ends with a boot.
  const bytes = decodeKey(await device.read()) ?? (await makeKey(device))
  return {
    source: 'keychain',
    bytes,
    reason: null,
    isStillThere: async () => decodeKey(await device.read())?.equals(bytes) ?? false,
    oneTimeKeys: {
      put: (key) => handover.write(key),
      async take() {
        const text = await handover.read()
        if (text !== null) await handover.remove()
        return decodeKey(text)
      },
    },
    async destroy() {
      bytes.fill(0)
      // Both are tried, whatever becomes of the other.
      const removals = await Promise.allSettled([device.remove(), handover.remove()])
      for (const removal of removals) if (removal.status === 'rejected') throw removal.reason
      return 'destroyed'
    },
  }
}

function unusable(what: string, cause?: unknown): KioskError {
  return new KioskError('device-key-unusable', what, { cause })
}

/**
 * @returns the key that the credential stands for, raw or text; null where the service has none
 * @throws KioskError `device-key-unusable` for one that is there and can be no key
 */
async function readCredential(folder: string | undefined): Promise<Buffer | null> {
  if (!folder) return null
  const path = join(folder, CREDENTIAL_FILE)
  try {
    const stats = await lstat(path)
    if (!stats.isFile()) throw unusable(`the credential ${path} is not a regular file`)
    if (stats.size < KEY_BYTES || stats.size > CREDENTIAL_MAX_BYTES) {
      const limits = `${KEY_BYTES} to ${CREDENTIAL_MAX_BYTES}`
      throw unusable(`the credential ${path} has ${stats.size} bytes; a device key takes ${limits}`)
    }
    const content = await readFile(path)
    const key = Buffer.from(hkdfSync('sha256', content, Buffer.alloc(0), 'digital-receptionist-device-key', KEY_BYTES))
    content.fill(0)
    return key
  } catch (error) {
    if (error instanceof KioskError) throw error
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      if (await isUnopened(CREDENTIAL_FILE, folder))
        throw unusable(`the credential "${CREDENTIAL_FILE}" ${SEALED_FOR_ANOTHER}`)
      return null
    }
    throw unusable(`the credential ${path} cannot be read`, error)
  }
}

/** @param destroyed what a remote wipe can say of it: nothing of such a key is ours to delete */
function unchangeableKey(
  source: 'credential' | 'none',
  bytes: Buffer,
  reason: string | null,
  destroyed: 'read-only' | 'none',
  isStillThere: DeviceKey['isStillThere'],
): DeviceKey {
  return {
    source,
    bytes,
    reason,
    isStillThere,
    oneTimeKeys: null,
    async destroy() {
      bytes.fill(0)
      return destroyed
    },
  }
}

/**
 * Finds the device key, and makes one in a keychain that has none.
 *
 * @param wanted by the bundle; `auto` takes the credential, else the keychain, else goes without
 * @param credentialsFolder $CREDENTIALS_DIRECTORY; see systemd.exec(5)
 * @throws KioskError `device-key-unusable` when the wanted one cannot be had, or a credential is there but can be no key
 */
export async function openDeviceKey(options: {
  deviceId: string
  wanted: 'auto' | 'keychain' | 'credential'
  credentialsFolder: string | undefined
  openKeychain?: () => Promise<Keychain>
}): Promise<DeviceKey> {
  const { deviceId, wanted, credentialsFolder, openKeychain = openSystemKeychain } = options
  // Looked at even where the keychain is wanted: a broken credential is somebody's mistake, and must show.
  const credential = await readCredential(credentialsFolder)
  const reread = async () => {
    const again = await readCredential(credentialsFolder)
    const isSame = credential !== null && again?.equals(credential) === true
    again?.fill(0)
    return isSame
  }
  if (credential && wanted !== 'keychain') return unchangeableKey('credential', credential, null, 'read-only', reread)
  if (wanted === 'credential') {
    const where = credentialsFolder ? `in ${credentialsFolder}` : 'and the helper was started without credentials'
    throw unusable(`the bundle asks for a systemd credential, but there is no "${CREDENTIAL_FILE}" ${where}`)
  }
  try {
    return await openFromKeychain(await openKeychain(), deviceId)
  } catch (error) {
    if (!(error instanceof KioskError) || error.code !== 'keychain-unavailable') throw error
    if (wanted === 'keychain') throw unusable(`the bundle asks for the keychain, but ${error.message}`, error)
    return unchangeableKey('none', Buffer.alloc(0), error.message, 'none', async () => null)
  }
}

/**
 * Whether a helper would find what it needs. Never makes a key, and reads no more of one than whether it is there.
 *
 * @throws KioskError `device-key-unusable` as `openDeviceKey` does, `keychain-unavailable` where `auto` would go without
 */
export async function findDeviceKeySource(options: {
  deviceId: string
  wanted: 'auto' | 'keychain' | 'credential'
  credentialsFolder: string | undefined
}): Promise<'keychain' | 'credential'> {
  const { deviceId, wanted, credentialsFolder } = options
  const credential = await readCredential(credentialsFolder)
  credential?.fill(0)
  if (credential && wanted !== 'keychain') return 'credential'
  if (wanted === 'credential') throw unusable(`there is no systemd credential "${CREDENTIAL_FILE}" here`)
  try {
    await keychainEntry(await openSystemKeychain(), `device-key ${deviceId}`).read()
    return 'keychain'
  } catch (error) {
    if (wanted === 'keychain' && error instanceof KioskError) {
      throw unusable(`the bundle asks for the keychain, but ${error.message}`, error)
    }
    throw error
  }
}
