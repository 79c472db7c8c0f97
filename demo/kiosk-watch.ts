/** Looks at a running helper through the built kioskctl, as a technician would. Never talks to the helper by itself. */
import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type KioskSnapshot, kioskSnapshotSchema, type SessionState } from '../contract/session-state.ts'

const KIOSKCTL = join(import.meta.dirname, '..', 'dist', 'helper', 'kioskctl.mjs')

export type KioskctlResult = { exitCode: number; stdout: string; stderr: string }

/** Runs one command of kioskctl to its end. */
export async function runKioskctl(runtimeFolder: string, ...args: string[]): Promise<KioskctlResult> {
  try {
    const command = [KIOSKCTL, ...args, '--runtime-dir', runtimeFolder]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command)
    return { exitCode: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string }
    if (typeof code !== 'number') throw error
    return { exitCode: code, stdout: stdout ?? '', stderr: stderr ?? '' }
  }
}

/** @returns null while no helper answers */
export async function readKioskState(runtimeFolder: string): Promise<KioskSnapshot | null> {
  const { exitCode, stdout } = await runKioskctl(runtimeFolder, 'state', '--json')
  return exitCode === 0 ? kioskSnapshotSchema.parse(JSON.parse(stdout)) : null
}

type StateOf<K extends SessionState['kind']> = KioskSnapshot & { session: SessionState & { kind: K } }

/** Follows `kioskctl watch --json` across restarts of the helper. */
export type KioskWatch = {
  /** Every snapshot seen so far, of every helper process. */
  seen: readonly KioskSnapshot[]
  onSnapshot(listener: (snapshot: KioskSnapshot) => void): void
  /** Resolves with the newest snapshot, now or later, of this kind that passes the test; rejects after `stop`. */
  until<K extends SessionState['kind']>(
    kind: K,
    options?: { limitMs?: number; test?: (snapshot: StateOf<K>) => boolean },
  ): Promise<StateOf<K>>
  stop(): void
}

const REOPEN_MS = 100

export function watchKiosk(runtimeFolder: string): KioskWatch {
  const seen: KioskSnapshot[] = []
  const listeners = new Set<(snapshot: KioskSnapshot) => void>()
  const stopping = new AbortController()

  function open(): void {
    if (stopping.signal.aborted) return
    const child = spawn(process.execPath, [KIOSKCTL, 'watch', '--json', '--runtime-dir', runtimeFolder], {
      stdio: ['ignore', 'pipe', 'ignore'],
      signal: stopping.signal,
    })
    // The abort above is how the watch ends; any other failure to spawn ends in `close` too, and is tried again.
    child.on('error', () => child.kill())
    createInterface({ input: child.stdout }).on('line', (line) => {
      const snapshot = kioskSnapshotSchema.parse(JSON.parse(line))
      seen.push(snapshot)
      for (const listener of [...listeners]) listener(snapshot)
    })
    child.on('close', () => {
      if (!stopping.signal.aborted) setTimeout(open, REOPEN_MS)
    })
  }
  open()

  return {
    seen,
    onSnapshot(listener) {
      listeners.add(listener)
    },
    async until<K extends SessionState['kind']>(
      kind: K,
      { limitMs = 30_000, test = () => true }: { limitMs?: number; test?: (snapshot: StateOf<K>) => boolean } = {},
    ) {
      const fits = (snapshot: KioskSnapshot | undefined): snapshot is StateOf<K> =>
        snapshot?.session.kind === kind && test(snapshot as StateOf<K>)
      const newest = seen.at(-1)
      if (fits(newest)) return newest
      const { promise, resolve } = Promise.withResolvers<StateOf<K>>()
      const listener = (snapshot: KioskSnapshot) => {
        if (fits(snapshot)) resolve(snapshot)
      }
      listeners.add(listener)
      const giveUp = new AbortController()
      try {
        return await Promise.race([
          promise,
          sleep(limitMs, undefined, { signal: AbortSignal.any([giveUp.signal, stopping.signal]) }).then(() => {
            const story = seen.slice(-8).map(({ session }) => session.kind)
            throw new Error(`the kiosk did not reach "${kind}" within ${limitMs} ms; it showed ${story.join(', ')}`)
          }),
        ])
      } finally {
        giveUp.abort()
        listeners.delete(listener)
      }
    },
    stop() {
      stopping.abort()
    },
  }
}
