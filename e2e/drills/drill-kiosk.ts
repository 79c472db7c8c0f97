/** One kiosk for a drill: real provider, real PM2, real helper, a tmpfs of its own, and whoever does harm to it. Linux only. */
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Diagnostics, diagnosticsSchema } from '../../contract/diagnostics.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { Cleanups } from '../../demo/cleanups.ts'
import { findSecrets } from '../../demo/find-secrets.ts'
import { type HostileProvider, startHostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import { canRunKeychain, startThrowawayKeychain } from '../../demo/keychain/throwaway-keychain.ts'
import { type KioskProcesses, startKioskProcesses } from '../../demo/kiosk-processes.ts'
import { runKioskctl } from '../../demo/kiosk-watch.ts'
import { makeWorkFolders, type WorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import { type DrillScreen, openDrillScreen } from './drill-screen.ts'
import { until } from './within.ts'

export type DrillKioskOptions = {
  session?: Record<string, unknown>
  vault?: Record<string, unknown>
  accessTokenLifetimeSeconds?: number
  /** True by default, where this machine can run one. */
  keychain?: boolean
  /** A parent for the runtime folder that is not on tmpfs. */
  runtimeParent?: string
  /** More of the helper's environment. */
  environment?: Readonly<Record<string, string>>
}

/** A copy of the vault's folder, as somebody with a debugger or a cold machine takes one. */
type VaultCopy = { folder: string }

export type DrillKiosk = {
  provider: HostileProvider
  folders: WorkFolders
  processes: KioskProcesses
  screen: DrillScreen
  /** The vault's folder. */
  vault: string
  /** Everybody does their part. @returns the snapshot that shows the session */
  signIn(): Promise<KioskSnapshot>
  /** Approves the code that is on the screen. */
  approve(): Promise<void>
  helperId(): Promise<number>
  /** kill -9; resolves when it is gone. */
  killHelper(): Promise<void>
  /** Such as `restart helper`. */
  pm2(...command: string[]): Promise<void>
  kioskctl(...command: string[]): Promise<string>
  diagnostics(): Promise<Diagnostics>
  copyVault(): Promise<VaultCopy>
  restoreVault(copy: VaultCopy): Promise<void>
  /** What tells one secret of the keychain from another, or `none`. */
  readKeychain(account: string): Promise<string>
  log(): Promise<string>
  /** Every place where a secret that the provider has ever given away stands in clear. */
  leaks(): Promise<string[]>
}

/** `start: always` and many codes, so that a drill never waits for a touch. */
const SESSION = { start: 'always', maxUnattendedCodes: 1000 }

/** @param cleanups get everything as soon as it is opened, for whoever interrupts the drill */
export async function openDrillKiosk(cleanups: Cleanups, options: DrillKioskOptions = {}): Promise<DrillKiosk> {
  const { session, vault = {}, accessTokenLifetimeSeconds = 300, runtimeParent, environment } = options
  const folders = await makeWorkFolders(runtimeParent)
  cleanups.add(() => folders.remove())
  const provider = await startHostileProvider({ intervalSeconds: 1, accessTokenLifetimeSeconds })
  cleanups.add(() => provider.close())
  const wantsKeychain = (options.keychain ?? true) && canRunKeychain()
  const keychain = wantsKeychain ? await startThrowawayKeychain({ unlocked: true }) : null
  cleanups.add(async () => keychain?.close())
  const { issuer, clientId, ca, journal } = provider
  await writeDemoBundle(folders.bundle, {
    issuer,
    clientId,
    caPem: ca.caPem,
    entraLike: false,
    session: { ...SESSION, ...session },
    vault,
  })
  const processes = await startKioskProcesses(folders, {
    screen: { width: 0, height: 0 },
    headed: false,
    apps: ['helper'],
    environment: { ...keychain?.environment, ...environment },
  })
  cleanups.add(() => processes.stop())
  const screen = openDrillScreen(folders.runtime)
  cleanups.add(() => screen.close())
  const copies: string[] = []
  const vaultFolder = join(folders.runtime, 'vault')

  const helperId = () => processes.processId('helper')

  async function approve(): Promise<void> {
    const { userCode } = await screen.until('awaitingApproval')
    await provider.approve(userCode)
  }

  async function kioskctl(...command: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runKioskctl(folders.runtime, ...command)
    if (exitCode !== 0) throw new Error(`kioskctl ${command.join(' ')}: ${stderr.trim() || stdout.trim()}`)
    return stdout
  }

  return {
    provider,
    folders,
    processes,
    screen,
    vault: vaultFolder,
    approve,
    helperId,
    async signIn() {
      await approve()
      const { generation } = await screen.until('confirming')
      await screen.press({ kind: 'confirmPresence', generation })
      await screen.until('signedIn')
      return screen.snapshot() as KioskSnapshot
    },
    async killHelper() {
      const processId = await helperId()
      process.kill(processId, 'SIGKILL')
      await until('the end of a killed helper', async () => !(await isRunning(processId)))
    },
    pm2: processes.pm2,
    kioskctl,
    diagnostics: async () => diagnosticsSchema.parse(JSON.parse(await kioskctl('diagnostics', '--json'))),
    async copyVault() {
      const folder = await mkdtemp('/dev/shm/kiosk-copy-')
      copies.push(folder)
      cleanups.add(() => rm(folder, { recursive: true, force: true }))
      for (const name of await readdir(vaultFolder)) {
        // What is gone again before it is read was a file on its way to its name.
        await copyFile(join(vaultFolder, name), join(folder, name)).catch(ignoreMissing)
      }
      if ((await readdir(folder)).length === 0) throw new Error('there was nothing in the vault to copy')
      return { folder }
    },
    async readKeychain(account) {
      const program = join(import.meta.dirname, '..', '..', 'demo', 'keychain', 'read-keychain.ts')
      const { stdout } = await promisify(execFile)(process.execPath, [program, 'digital-receptionist', account], {
        env: { ...process.env, ...keychain?.environment },
      })
      return stdout
    },
    async restoreVault({ folder }) {
      for (const name of await readdir(folder)) {
        await copyFile(join(folder, name), join(vaultFolder, name))
        await chmod(join(vaultFolder, name), 0o600)
      }
    },
    log: () => readFile(processes.logPath, 'utf8'),
    async leaks() {
      const keychainFolder = keychain?.environment.HOME
      const places = [folders.work, folders.runtime, ...copies, ...(keychainFolder ? [keychainFolder] : [])]
      const { found } = await findSecrets(journal.secrets(), places)
      return found
    },
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

/** A zombie that PM2 has not reaped yet runs no more. */
async function isRunning(processId: number): Promise<boolean> {
  const status = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => null)
  return status !== null && !/^\d+ \(.*\) [ZX] /.test(status)
}
