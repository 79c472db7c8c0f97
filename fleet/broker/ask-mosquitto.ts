/** Has mosquitto itself judge a configuration, by starting it for a moment on free ports of this machine. Never leaves it running. */
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './free-ports.ts'

const LIMIT_MS = 5_000

const isRoot = process.getuid?.() === 0

/** Everything but the addresses; and the account, unless root tries it, who alone can become another. */
async function forTrial(configuration: string): Promise<string> {
  const lines = configuration.split('\n')
  const ports = await freePorts(lines.filter((line) => line.startsWith('listener ')).length)
  const changed = lines.map((line) => {
    if (line === 'protocol websockets') return `${line}\nsocket_domain ipv4`
    if (line.startsWith('socket_domain ')) return ''
    if (line.startsWith('listener ')) return `listener ${ports.pop()} 127.0.0.1`
    if (line.startsWith('user ')) return isRoot ? line : `user ${userInfo().username}`
    return line.startsWith('log_dest ') ? 'log_dest stderr' : line
  })
  return changed.join('\n')
}

export type TrialVerdict =
  | { kind: 'starts' }
  /** There is no mosquitto. */
  | { kind: 'missing' }
  /** In its own words. */
  | { kind: 'faulty'; what: string }

const faulty = (what: string): TrialVerdict => ({ kind: 'faulty', what })

function faultsIn(said: string): string {
  const faults = said.split('\n').filter((line) => /error|unknown|invalid/i.test(line))
  return faults.map((line) => line.replace(/^\d+: /, '')).join('; ') || 'mosquitto ended without a word'
}

/** @param folder for the trial alone */
export async function askMosquitto(
  mosquittoPath: string,
  folder: string,
  configuration: string,
): Promise<TrialVerdict> {
  const file = join(folder, 'trial.conf')
  await writeFile(file, await forTrial(configuration), { mode: 0o644 })
  const mosquitto = spawn(mosquittoPath, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  const { promise: settled, resolve: settle } = Promise.withResolvers<TrialVerdict>()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  mosquitto.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (/ running$/m.test(said)) settle({ kind: 'starts' })
  })
  const limit = setTimeout(() => settle(faulty('mosquitto did not come up in time')), LIMIT_MS)
  mosquitto.once('error', (error: NodeJS.ErrnoException) => {
    settle(error.code === 'ENOENT' ? { kind: 'missing' } : faulty(error.message))
    end()
  })
  mosquitto.once('close', () => {
    settle(faulty(faultsIn(said)))
    end()
  })
  const verdict = await settled
  clearTimeout(limit)
  // It keeps nothing, and one that has only just come up does not hear SIGTERM.
  mosquitto.kill('SIGKILL')
  await ended
  const opened = said.match(/Opening .* listen socket/g)?.length
  const wanted = configuration.match(/^listener /gm)?.length
  if (verdict.kind !== 'starts' || opened === wanted) return verdict
  return faulty(`mosquitto opens ${opened} listeners, and ${wanted} are wanted`)
}
