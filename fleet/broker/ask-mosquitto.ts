/** Has mosquitto itself judge a configuration, by starting it for a moment on free ports of this machine. Never leaves it running. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'

const LIMIT_MS = 5_000

/** All of them held at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  const ports: number[] = []
  for (const server of servers) {
    if (!server.listening) await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
    ports.push(address.port)
  }
  for (const server of servers) {
    server.close()
    await once(server, 'close')
  }
  return ports
}

/** Everything but the addresses, and the account that only root can become. */
async function forTrial(configuration: string): Promise<string> {
  const lines = configuration.split('\n')
  const ports = await freePorts(lines.filter((line) => line.startsWith('listener ')).length)
  const changed = lines.map((line) => {
    if (line === 'protocol websockets') return `${line}\nsocket_domain ipv4`
    if (line.startsWith('socket_domain ')) return ''
    if (line.startsWith('listener ')) return `listener ${ports.pop()} 127.0.0.1`
    if (line.startsWith('user ')) return `user ${userInfo().username}`
    return line.startsWith('log_dest ') ? 'log_dest stderr' : line
  })
  return changed.join('\n')
}

/**
 * @param folder for the trial alone
 * @returns null where it starts; `missing` where there is no mosquitto; else its words
 */
export async function askMosquitto(
  mosquittoPath: string,
  folder: string,
  configuration: string,
): Promise<null | 'missing' | string> {
  const file = join(folder, 'trial.conf')
  await writeFile(file, await forTrial(configuration))
  const mosquitto = spawn(mosquittoPath, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  const { promise: isRunning, resolve } = Promise.withResolvers<boolean>()
  mosquitto.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (/ running$/m.test(said)) resolve(true)
  })
  const limit = setTimeout(() => resolve(false), LIMIT_MS)
  const ended = new Promise<null | 'missing' | string>((settle) => {
    mosquitto.once('error', (error: NodeJS.ErrnoException) =>
      settle(error.code === 'ENOENT' ? 'missing' : error.message),
    )
    mosquitto.once('close', () => {
      const faults = said.split('\n').filter((line) => /error|unknown|invalid/i.test(line))
      settle(faults.map((line) => line.replace(/^\d+: /, '')).join('; ') || 'mosquitto ended without a word')
    })
  })
  const verdict = await Promise.race([isRunning, ended])
  clearTimeout(limit)
  if (typeof verdict === 'string' || verdict === null) return verdict
  // It keeps nothing, and one that has only just come up does not hear SIGTERM.
  mosquitto.kill('SIGKILL')
  await ended
  const opened = said.match(/Opening .* listen socket/g)?.length
  const wanted = configuration.match(/^listener /gm)?.length
  if (verdict && opened !== wanted) return `mosquitto opens ${opened} listeners, and ${wanted} are wanted`
  return verdict ? null : 'mosquitto did not come up in time'
}
