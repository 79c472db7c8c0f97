/** The folder of the shell link: one socket, two keys made anew at every start. Never unlinks a socket that answers. */
import { randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, open, rm, unlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { LinkRole } from '../../contract/commands.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { LINK_FILES, technicianKeyFile } from '../../contract/link-protocol.ts'
import { checkFolderSafety, checkParentSafety, HAS_ACCOUNTS, unsafe } from './folder-safety.ts'
import { newLinkAddress, presentLinkAddress } from './link-address.ts'

/** sockaddr_un's `sun_path` on Linux, less its closing zero; macOS has 104. */
const SOCKET_PATH_LIMIT_BYTES = 103

/** How long a helper that is being replaced may take to let go of the socket. */
const PREDECESSOR_LIMIT_MS = 3_000
const PREDECESSOR_LOOK_MS = 50

const ROOT = 0
/** The group that the shell's account shares with the helper's may enter, connect and read the shell's key. */
const MODES = { folder: 0o750, socket: 0o660, shellKey: 0o640, technicianKey: 0o600 } as const

/** An account and the group whose files these are to be. */
type Owner = { userId: number; groupId: number }

function isFileSystemError(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/**
 * Whether a process holds the socket. Only two answers say that none does; a full queue or a socket that we may not connect
 * to (EAGAIN, EACCES) has somebody behind it.
 */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socketPath)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', (error) => resolve(!isFileSystemError(error, 'ECONNREFUSED', 'ENOENT')))
  })
}

/** Takes away a file, a dead socket, or a symbolic link itself; @throws KioskError `link-folder-unsafe` for a folder. */
async function clearPath(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => null)
  if (stats?.isDirectory()) throw unsafe(`${path} is a folder where the helper keeps a file: find out who made it`)
  await unlink(path).catch((error: unknown) => {
    if (!isFileSystemError(error, 'ENOENT')) throw unsafe(`${path} cannot be removed`, error)
  })
}

/**
 * Waits for a predecessor to leave.
 *
 * @throws KioskError `link-in-use` while another process answers on the socket
 */
async function awaitPredecessor(address: string, mayAnswer: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PREDECESSOR_LIMIT_MS
  while ((await mayAnswer()) && (await answers(address))) {
    if (performance.now() > deadline) {
      throw new KioskError(
        'link-in-use',
        `another process answers on ${address}: stop the other helper, or find out who holds the socket`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, PREDECESSOR_LOOK_MS))
  }
}

/** @throws KioskError `link-in-use` */
async function claimSocketPath(socketPath: string): Promise<void> {
  await awaitPredecessor(socketPath, async () => (await lstat(socketPath).catch(() => null))?.isSocket() ?? false)
  await clearPath(socketPath)
}

/** A pipe is gone with its process; the name of the last one tells whether a helper still answers. @throws KioskError `link-in-use` */
async function claimPipe(runtimeFolder: string, pipeName: string): Promise<void> {
  const last = await presentLinkAddress(runtimeFolder, 'win32')
  if (last !== null) await awaitPredecessor(last, async () => true)
  const path = join(runtimeFolder, LINK_FILES.pipeName)
  await clearPath(path)
  await writeFile(path, pipeName, { flag: 'wx' })
}

/** Where the helper's account may not give a file to the group, there is no second account that it could share it with. */
async function giveToGroup(chownFile: (userId: number, groupId: number) => Promise<void>, owner: Owner | null) {
  if (!owner) return
  await chownFile(owner.userId, owner.groupId).catch((error: unknown) => {
    if (!isFileSystemError(error, 'EPERM')) throw error
  })
}

async function writeKey(path: string, mode: number, owner: Owner | null): Promise<Uint8Array> {
  const key = randomBytes(32)
  await clearPath(path)
  // open(2): with O_EXCL ("x") a symbolic link is not followed, and what was put there meanwhile is not written to.
  const file = await open(path, 'wx', 0o600)
  try {
    await giveToGroup((userId, groupId) => file.chown(userId, groupId), owner)
    await file.chmod(mode)
    await file.writeFile(key.toString('hex'))
    const [made, found] = [await file.stat(), await lstat(path)]
    const isOurs = made.ino === found.ino && made.nlink === 1 && (!owner || made.uid === owner.userId)
    if (!isOurs || (HAS_ACCOUNTS && (found.mode & 0o777) !== mode)) {
      throw unsafe(`${path} is not the file that was just written: find out who changed it`)
    }
  } finally {
    await file.close()
  }
  return key
}

export type LinkFolder = {
  runtimeFolder: string
  socketPath: string
  /** On Windows, where a socket has no modes. */
  isPipe: boolean
  keys: Record<LinkRole, Uint8Array>
  /** Null where files belong to no account. */
  owner: Owner | null
}

/**
 * Makes the folder ready for a server. Comes before anything else that a helper does: whoever holds the link owns the
 * runtime folder, and a second helper must not touch the first one's vault.
 *
 * @param runtimeFolder exists already, and its group is the one that helper and shell share; the link folder is made in it
 * @throws KioskError `link-in-use`, `link-path-too-long`, `link-folder-unsafe`
 */
export async function claimLinkFolder(
  runtimeFolder: string,
  platform: NodeJS.Platform = process.platform,
): Promise<LinkFolder> {
  const isPipe = platform === 'win32'
  const socketPath = newLinkAddress(runtimeFolder, platform)
  if (!isPipe && Buffer.byteLength(socketPath) > SOCKET_PATH_LIMIT_BYTES) {
    throw new KioskError(
      'link-path-too-long',
      `${socketPath} is longer than ${SOCKET_PATH_LIMIT_BYTES} bytes: choose a shorter KIOSK_RUNTIME_DIR`,
    )
  }
  const userId = process.getuid?.() ?? ROOT
  const { gid: groupId } = await checkFolderSafety(runtimeFolder, [userId, ROOT])
  await checkParentSafety(runtimeFolder)
  const owner = HAS_ACCOUNTS ? { userId, groupId } : null

  const folder = join(runtimeFolder, LINK_FILES.folder)
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (!isFileSystemError(error, 'EEXIST')) throw error
  })
  await checkFolderSafety(folder, [userId])
  await (isPipe ? claimPipe(runtimeFolder, socketPath) : claimSocketPath(socketPath))
  // By path from here on: nobody but this account can put anything in the place of what was just checked.
  await giveToGroup((...ids) => chown(folder, ...ids), owner)
  await chmod(folder, MODES.folder)
  return {
    runtimeFolder,
    socketPath,
    isPipe,
    owner,
    keys: {
      shell: await writeKey(join(runtimeFolder, LINK_FILES.shellKey), MODES.shellKey, owner),
      technician: await writeKey(join(runtimeFolder, technicianKeyFile(platform)), MODES.technicianKey, owner),
    },
  }
}

/** Lets the shared group connect; until then only this account could. */
export async function shareSocket({ socketPath, isPipe, owner }: LinkFolder): Promise<void> {
  if (isPipe) return
  await giveToGroup((...ids) => chown(socketPath, ...ids), owner)
  await chmod(socketPath, MODES.socket)
}

/** The keys do not outlive the helper. */
export async function clearLinkKeys({ runtimeFolder, isPipe }: LinkFolder): Promise<void> {
  const files = [LINK_FILES.shellKey, technicianKeyFile(isPipe ? 'win32' : 'linux'), LINK_FILES.pipeName]
  for (const file of files) {
    await rm(join(runtimeFolder, file), { force: true })
  }
}
