/** A built helper as a process of its own, without PM2, for tests that look at one process only. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

const HELPER = join(import.meta.dirname, '..', 'dist', 'helper', 'main.mjs')

const ecosystemSchema = z.object({
  apps: z.array(
    z.object({ name: z.string(), args: z.array(z.string()), env: z.record(z.string(), z.string()).default({}) }),
  ),
})

/** The switches and the environment that PM2 gives to the helper's Node. */
function readEcosystem(): { switches: string[]; environment: Record<string, string> } {
  const ecosystem = createRequire(import.meta.url)('../ecosystem.config.js')
  const helper = ecosystemSchema.parse(ecosystem).apps.find(({ name }) => name === 'helper')
  if (!helper) throw new Error('ecosystem.config.js names no helper')
  return { switches: helper.args.filter((argument) => argument.startsWith('--')), environment: helper.env }
}

export type HelperProcess = {
  child: ChildProcess
  /** Everything it has written so far. */
  output(): string
  /** @returns the exit code, or the signal that ended it */
  exited: Promise<number | NodeJS.Signals>
  stop(): Promise<void>
}

/**
 * Starts with an IPC channel, as PM2 does, and waits for `ready`.
 *
 * @param environment more of it, such as HTTPS_PROXY
 */
export async function startHelperProcess(
  folders: { bundle: string; runtime: string },
  environment: Readonly<Record<string, string>> = {},
): Promise<HelperProcess> {
  const { switches, environment: given } = readEcosystem()
  const child = fork(HELPER, {
    env: {
      PATH: process.env.PATH,
      KIOSK_BUNDLE_DIR: folders.bundle,
      KIOSK_RUNTIME_DIR: folders.runtime,
      ...given,
      ...environment,
    },
    execArgv: switches,
    silent: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal)
  await Promise.race([
    once(child, 'message'),
    exited.then((code) => {
      throw new Error(`the helper ended with ${code} before it was ready: ${output}`)
    }),
  ])
  return {
    child,
    output: () => output,
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await Promise.race([exited, sleep(5_000, undefined, { ref: false })])
      child.kill('SIGKILL')
    },
  }
}
