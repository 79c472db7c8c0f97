/** The folder of the shell link: one socket, two keys made anew at every start. Never unlinks a socket that answers. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { LinkRole } from '../../contract/commands.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { LINK_FILES } from '../../contract/link-protocol.ts'

/** sockaddr_un's `sun_path` on Linux, less its closing zero; macOS has 104. */
const SOCKET_PATH_LIMIT_BYTES = 103

/** How long a helper that is being replaced may take to let go of the socket. */
const PREDECESSOR_LIMIT_MS = 3_000
const PREDECESSOR_LOOK_MS = 50

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socketPath)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}

/**
 * Waits for a predecessor to leave, then clears what it left behind.
 *
 * @throws KioskError `link-in-use` while another process answers on the socket
 */
async function claimSocketPath(socketPath: string): Promise<void> {
  const deadline = performance.now() + PREDECESSOR_LIMIT_MS
  while (await answers(socketPath)) {
    if (performance.now() > deadline) {
      throw new KioskError(
        'link-in-use',
        `another process answers on ${socketPath}: stop the other helper, or find out who holds the socket`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, PREDECESSOR_LOOK_MS))
  }
  await rm(socketPath, { force: true })
}

async function writeKey(path: string, mode: number): Promise<Uint8Array> {
  const key = randomBytes(32)
  await rm(path, { force: true })
  await writeFile(path, key.toString('hex'), { flag: 'wx', mode: 0o600 })
  await chmod(path, mode)
  return key
}

export type LinkFolder = { runtimeFolder: string; socketPath: string; keys: Record<LinkRole, Uint8Array> }

/**
 * Makes the folder ready for a server. Comes before anything else that a helper does: whoever holds the link owns the
 * runtime folder, and a second helper must not touch the first one's vault.
 *
 * @param runtimeFolder exists already; the link folder in it is made with mode 0750 where it does not exist
 * @throws KioskError `link-in-use`, `link-path-too-long`
 */
export async function claimLinkFolder(runtimeFolder: string): Promise<LinkFolder> {
  const socketPath = join(runtimeFolder, LINK_FILES.socket)
  if (Buffer.byteLength(socketPath) > SOCKET_PATH_LIMIT_BYTES) {
    throw new KioskError(
      'link-path-too-long',
      `${socketPath} is longer than ${SOCKET_PATH_LIMIT_BYTES} bytes: choose a shorter KIOSK_RUNTIME_DIR`,
    )
  }
  const folder = join(runtimeFolder, LINK_FILES.folder)
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o750)
  await claimSocketPath(socketPath)
  return {
    runtimeFolder,
    socketPath,
    keys: {
      shell: await writeKey(join(runtimeFolder, LINK_FILES.shellKey), 0o640),
      technician: await writeKey(join(runtimeFolder, LINK_FILES.technicianKey), 0o600),
    },
  }
}

/** Neither socket nor keys outlive the helper. */
export async function clearLinkFolder({ runtimeFolder }: LinkFolder): Promise<void> {
  for (const file of [LINK_FILES.socket, LINK_FILES.shellKey, LINK_FILES.technicianKey]) {
    await rm(join(runtimeFolder, file), { force: true })
  }
}
