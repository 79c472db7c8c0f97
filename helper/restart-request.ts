/** Asks PM2 whether it ends this process to start it anew. Loads none of PM2's code, and never logs its answer. */
import { lstat } from 'node:fs/promises'
import { connect } from 'node:net'
import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'

/** For the whole question: a stop waits for it, within its own limit. */
const ANSWER_WITHIN_MS = 500

/** An app's entry holds its environment twice; a kiosk has two apps. */
const ANSWER_LIMIT_BYTES = 1024 * 1024

/**
 * PM2 notes the time of a restart and signals within a millisecond or two (ten where it looks for children first).
 * `pm2 reset` leaves the same note and no signal; a stop by hand after it comes a program's start later at the soonest.
 */
const SIGNAL_WITHIN_MS = 100

/** AMP's first byte: version 1, two parts. */
const TWO_PARTS = 0x12

/** Of all that PM2 tells, environments among it, only this is looked at; other apps' entries may be odd. */
const answerSchema = z.object({ args: z.tuple([z.array(z.unknown())]) })
const stoppingAppSchema = z.object({
  pid: z.number(),
  pm2_env: z.object({ status: z.literal('stopping'), created_at: z.number() }),
})

/** Where PM2 itself looks (its paths.js); null where it names no folder, or one that depends on where it was started. */
function rpcSocketPath(environment: NodeJS.ProcessEnv): string | null {
  const { PM2_HOME: home, PM2_DAEMON_RPC_PORT: named } = environment
  if (!home || !isAbsolute(home)) return null
  return named || resolve(home, 'rpc.sock')
}

function encodePart(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** axon's request, in AMP: what to call as JSON (`j:`), and a number as a string (`s:`) that the answer repeats. */
const QUESTION = Buffer.concat([
  Buffer.from([TWO_PARTS]),
  encodePart(`j:${JSON.stringify({ type: 'call', method: 'getMonitorData', args: [{}] })}`),
  encodePart('s:1'),
])

/** @returns null until the first part is whole */
function decodeAnswer(received: Buffer): unknown {
  if (received.length < 5) return null
  const end = 5 + received.readUInt32BE(1)
  if (received[0] !== TWO_PARTS || end > ANSWER_LIMIT_BYTES) throw new TypeError('not an answer of PM2')
  if (received.length < end) return null
  const text = received.toString('utf8', 5, end)
  if (!text.startsWith('j:')) throw new TypeError('not an answer of PM2')
  return JSON.parse(text.slice(2))
}

async function askForApps(socketPath: string): Promise<unknown[]> {
  const socket = connect({ path: socketPath, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
  socket.write(QUESTION)
  let received = Buffer.alloc(0)
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk])
    const answer = decodeAnswer(received)
    if (answer !== null) return answerSchema.parse(answer).args[0]
  }
  throw new TypeError('PM2 closed without an answer')
}

/**
 * Tells `pm2 restart`, `pm2 reload`, `cron_restart` and `max_memory_restart` from `pm2 stop`, `delete` and `kill`, which
 * end a process by the same signal. Before the signal of a restart, and only then, PM2 sets `created_at` to now
 * (`God.restartProcessId`, PM2 7.0.4); otherwise that lies before our own start.
 *
 * @param options.startedAtEpochMs when this process was started
 * @returns false whenever in doubt: no PM2, no answer in time, an odd one, another account's socket, Windows
 */
export async function isRestartRequested(options: {
  environment: NodeJS.ProcessEnv
  startedAtEpochMs?: number
}): Promise<boolean> {
  const { environment, startedAtEpochMs = performance.timeOrigin } = options
  const askedAtEpochMs = Date.now()
  const socketPath = rpcSocketPath(environment)
  // On Windows every PM2 of a machine has the same pipe, whosever it is.
  if (process.platform === 'win32' || socketPath === null) return false
  try {
    if ((await lstat(socketPath)).uid !== process.getuid?.()) return false
    const apps = await askForApps(socketPath)
    const own = apps
      .flatMap((app) => stoppingAppSchema.safeParse(app).data ?? [])
      .find(({ pid }) => pid === process.pid)
    if (!own) return false
    const { created_at: notedAtEpochMs } = own.pm2_env
    const ageMs = askedAtEpochMs - notedAtEpochMs
    return notedAtEpochMs > startedAtEpochMs && ageMs >= 0 && ageMs < SIGNAL_WITHIN_MS
  } catch {
    // Not logged: a parser's error quotes the answer, which holds the environments of all apps.
    return false
  }
}
