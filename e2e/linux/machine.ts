/** A Debian machine in namespaces, with systemd as its first process. Never touches the accounts or services of the host. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const BOOT = join(import.meta.dirname, 'boot.sh')
const BOOT_LIMIT_MS = 60_000
const COMMAND_LIMIT_MS = 120_000

type Said = { exitCode: number; output: string }

export type Machine = {
  /** Its root folder, mounts in memory among it, as the host sees it. */
  root: string
  /** A command of sh, by root; standard error comes with the output. */
  run(script: string): Promise<Said>
  /** The same, where anything but 0 is a fault of the drill. @returns the output */
  must(script: string): Promise<string>
  stop(): Promise<void>
}

function say(command: string, args: string[]): Promise<Said> {
  const { promise, resolve } = Promise.withResolvers<Said>()
  const options = { timeout: COMMAND_LIMIT_MS, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } }
  execFile(command, args, options, (error, stdout, stderr) => {
    const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
    resolve({ exitCode, output: `${stdout}${stderr}`.trim() })
  })
  return promise
}

/** The one child of `unshare`: pid 1 of its namespace. */
function initOf({ pid }: ChildProcess): number | null {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const parent = / \(.*\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]
      if (Number(parent) === pid) return Number(name)
    } catch {
      // Gone since it was listed.
    }
  }
  return null
}

/**
 * @param folder a root file system that nobody else uses
 * @throws Error where it does not come up
 */
export async function bootMachine(folder: string): Promise<Machine> {
  const namespaces = ['--mount', '--pid', '--fork', '--uts', '--ipc', '--cgroup', '--kill-child']
  const supervisor = spawn('unshare', [...namespaces, 'sh', BOOT, folder], { stdio: ['ignore', 'ignore', 'pipe'] })
  let lastWords = ''
  supervisor.stderr.on('data', (chunk: Buffer) => {
    lastWords += chunk.toString()
  })

  const inside = (script: string): Promise<Said> => {
    const init = initOf(supervisor)
    if (init === null) return Promise.resolve({ exitCode: 1, output: `the machine is down: ${lastWords}` })
    return say('nsenter', ['--target', String(init), '--all', 'sh', '-c', script])
  }
  const stop = async () => {
    if (supervisor.exitCode !== null || supervisor.signalCode !== null) return
    const ended = once(supervisor, 'exit')
    // Its namespaces go with it, and every process and mount in them.
    supervisor.kill('SIGKILL')
    await ended
  }

  const deadline = performance.now() + BOOT_LIMIT_MS
  for (;;) {
    const { output } = await inside('systemctl is-system-running')
    // Modules cannot be loaded in here, so that Debian's systemd calls itself degraded.
    if (/^(running|degraded)$/m.test(output)) break
    if (supervisor.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error(`the machine did not come up: ${output} ${lastWords}`)
    }
    await sleep(200)
  }
  const init = initOf(supervisor)
  return {
    root: `/proc/${init}/root`,
    run: inside,
    async must(script) {
      const { exitCode, output } = await inside(script)
      if (exitCode !== 0) throw new Error(`"${script}" ended with ${exitCode}: ${output}`)
      return output
    },
    stop,
  }
}
