/** A built helper as a process of its own, without PM2, for tests that look at one process only. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

const appSchema = z.object({
  name: z.string(),
  script: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()).default({}),
})

/** The program, the arguments and the environment that PM2 starts a helper with. */
function readHelperApp(): z.infer<typeof appSchema> {
  const ecosystem = createRequire(import.meta.url)('../ecosystem.config.js')
  const { apps } = z.object({ apps: z.array(appSchema) }).parse(ecosystem)
  const helper = apps.find(({ name }) => name === 'helper')
  if (!helper) throw new Error('ecosystem.config.js names no helper')
  return helper
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
 * @param options.switches more of Node's, such as a bad one
 * @param options.program another built helper's `main.mjs`, such as an installed one's
 * @param options.wrapper a program that becomes the helper, such as `ip netns exec`
 */
export async function startHelperProcess(
  folders: { bundle: string; trust: string; device: string; runtime: string; state: string },
  environment: Readonly<Record<string, string>> = {},
  options: { switches?: readonly string[]; program?: string; wrapper?: readonly string[] } = {},
): Promise<HelperProcess> {
  const { script, args, env } = readHelperApp()
  // Node's switches stand before the program's file, which is the last argument.
  const program = options.program ? [options.program] : args.slice(-1)
  const [command = script, ...words] = [
    ...(options.wrapper ?? []),
    script,
    ...args.slice(0, -1),
    ...(options.switches ?? []),
    ...program,
  ]
  const child = spawn(command, words, {
    env: {
      PATH: process.env.PATH,
      KIOSK_BUNDLE_DIR: folders.bundle,
      KIOSK_RUNTIME_DIR: folders.runtime,
      KIOSK_TRUST_DIR: folders.trust,
      KIOSK_DEVICE_DIR: folders.device,
      KIOSK_STATE_DIR: folders.state,
      ...env,
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
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
