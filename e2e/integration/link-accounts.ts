/** A helper, a shell and strangers under accounts of their own, as on a kiosk. Needs root, and no entry in /etc/passwd. */
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cleanups } from '../../demo/cleanups.ts'
import type { AccountDeeds } from './link-account-program.ts'

const HELPER_PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'helper')

/** The group `receptionist` of a kiosk, and who is in it. */
export const ACCOUNTS = {
  helper: { uid: 61_001, gid: 61_000 },
  shell: { uid: 61_002, gid: 61_000 },
  stranger: { uid: 61_003, gid: 61_003 },
} as const
export type Account = (typeof ACCOUNTS)[keyof typeof ACCOUNTS]

/** Why these tests cannot run here, or null. */
export function whyNoAccounts(): string | null {
  if (process.platform !== 'linux') return 'needs Linux'
  return process.getuid?.() === 0 ? null : 'needs root, to be several accounts'
}

/** A folder that every account can read, with the built helper and this Node in it: the checkout may be root's alone. */
export async function installHelper(cleanups: Cleanups): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-accounts-'))
  cleanups.add(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  await cp(HELPER_PROGRAM, join(folder, 'helper'), { recursive: true })
  await cp(process.execPath, join(folder, 'node'))
  return folder
}

/** On tmpfs, made as the product's units make it unless told otherwise. */
export async function makeRuntimeFolder(
  cleanups: Cleanups,
  { owner = ACCOUNTS.helper, mode = 0o2750 }: { owner?: Account; mode?: number } = {},
): Promise<string> {
  const folder = await mkdtemp('/dev/shm/kiosk-accounts-')
  cleanups.add(() => rm(folder, { recursive: true, force: true }))
  await chown(folder, owner.uid, owner.gid)
  await chmod(folder, mode)
  return folder
}

export async function makeLinkFolder(runtimeFolder: string): Promise<string> {
  const folder = join(runtimeFolder, 'link')
  await mkdir(folder)
  await chown(folder, ACCOUNTS.helper.uid, ACCOUNTS.helper.gid)
  await chmod(folder, 0o750)
  return folder
}

type LogLine = { event?: string; code?: string; count?: number; why?: string; msg?: string }

export type AccountHelper = {
  processId: number
  /** Everything it has written so far. */
  output(): string
  log(): LogLine[]
  /** Rejects with the output where it ends before it is ready. */
  ready: Promise<void>
  exited: Promise<unknown>
  stop(): Promise<void>
}

/** Starts the installed helper under its own account. */
export function startAccountHelper(
  installed: string,
  folders: { bundle: string; runtime: string },
  cleanups: Cleanups,
): AccountHelper {
  const child = spawn(join(installed, 'node'), ['--max-semi-space-size=1', join(installed, 'helper', 'main.mjs')], {
    ...ACCOUNTS.helper,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', KIOSK_BUNDLE_DIR: folders.bundle, KIOSK_RUNTIME_DIR: folders.runtime },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const closed = once(child, 'close')
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await Promise.race([closed, sleep(5_000, undefined, { ref: false })])
    child.kill('SIGKILL')
  }
  cleanups.add(stop)
  return {
    processId: child.pid ?? 0,
    output: () => output,
    log: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{"'))
        .map((line): LogLine => JSON.parse(line)),
    ready: Promise.race([
      once(child, 'message').then(() => {}),
      closed.then(() => Promise.reject(new Error(`the helper ended before it was ready: ${output}`))),
    ]),
    exited: closed.then(([code]) => code),
    stop,
  }
}

export type AccountProcess = {
  /** Runs one of the program's deeds under the account. */
  call<N extends keyof AccountDeeds>(
    name: N,
    ...args: Parameters<AccountDeeds[N]>
  ): Promise<Awaited<ReturnType<AccountDeeds[N]>>>
}

export function startAccountProcess({ uid, gid }: Account, cleanups: Cleanups): AccountProcess {
  const program = join(import.meta.dirname, 'link-account-program.ts')
  // It reads the checkout as root, and gives that up before it does anything.
  const child = fork(program, [String(uid), String(gid)], { execArgv: [], env: { PATH: process.env.PATH } })
  cleanups.add(() => {
    child.kill('SIGKILL')
  })
  let calls = 0
  type Result = { id: number; result?: unknown; fault?: string }
  return {
    async call(name, ...args) {
      const id = calls++
      const { promise, resolve, reject } = Promise.withResolvers<never>()
      const onMessage = (message: Result) => {
        if (message.id !== id) return
        child.off('message', onMessage as () => void)
        if (message.fault === undefined) resolve(message.result as never)
        else reject(new Error(`${name}: ${message.fault}`))
      }
      child.on('message', onMessage as () => void)
      child.send({ id, name, args })
      return promise
    },
  }
}
