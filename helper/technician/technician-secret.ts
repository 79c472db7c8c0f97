/** The secret that answers this device's challenges: a systemd credential or a file. Never logged, never kept in memory. */
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'
import { readSecretText } from '../../contract/secret-text.ts'
import { isUnopened, SEALED_FOR_ANOTHER } from '../config/unopened-credentials.ts'

const CREDENTIAL_FILE = 'technician-secret'
const STATE_FILE = 'technician.secret'
const SIZE_LIMIT_BYTES = 256
const FOR_OTHERS = 0o077

export type SecretFolders = { stateFolder: string; credentialsFolder: string | undefined }

function unusable(what: string, cause?: unknown): KioskError {
  return new KioskError('technician-secret-unusable', what, { cause })
}

async function openUnfollowed(path: string): Promise<FileHandle | null> {
  try {
    // Without O_NONBLOCK the opening of a pipe would wait for its writer.
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw unusable(
      `${path} cannot be read as a file of its own: put the file itself there, readable by the helper`,
      cause,
    )
  }
}

/** systemd guards a credential by its folder; in the state folder the file has to guard itself. */
function ownerFault({ uid, mode }: Stats): string | null {
  if (!process.getuid) return null
  if (uid !== process.getuid()) return `belongs to account ${uid}: give it to the helper’s, ${process.getuid()}`
  return mode & FOR_OTHERS ? `has mode ${(mode & 0o777).toString(8)}, so that others may read it: set mode 0600` : null
}

async function readSecretFile(path: string, faultOf: (stats: Stats) => string | null): Promise<Uint8Array | null> {
  const file = await openUnfollowed(path)
  if (!file) return null
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw unusable(`${path} is no file: remove it and put a secret there`)
    const fault = faultOf(stats)
    if (fault !== null) throw unusable(`${path} ${fault}`)
    if (stats.size > SIZE_LIMIT_BYTES)
      throw unusable(`${path} is larger than any secret: make one with "fleetctl technician-secret"`)
    const bytes = await file.readFile()
    const secret = readSecretText(bytes.toString('latin1'))
    bytes.fill(0)
    if (secret) return secret
    throw unusable(
      `${path} is not 32 bytes as 64 hex digits or 43 letters of base64url: make it with "fleetctl technician-secret"`,
    )
  } finally {
    await file.close()
  }
}

/**
 * Reads it anew each time, so that one that was just installed counts at once.
 *
 * @returns 32 bytes, the caller's to overwrite; null where none is installed
 * @throws KioskError `technician-secret-unusable` for one that is there and cannot be used
 */
export async function readTechnicianSecret({
  stateFolder,
  credentialsFolder,
}: SecretFolders): Promise<Uint8Array | null> {
  const credential = credentialsFolder
    ? await readSecretFile(join(credentialsFolder, CREDENTIAL_FILE), () => null)
    : null
  const secret = credential ?? (await readSecretFile(join(stateFolder, STATE_FILE), ownerFault))
  if (secret === null && credentialsFolder && (await isUnopened(CREDENTIAL_FILE, credentialsFolder)))
    throw unusable(`the credential "${CREDENTIAL_FILE}" ${SEALED_FOR_ANOTHER}`)
  return secret
}
