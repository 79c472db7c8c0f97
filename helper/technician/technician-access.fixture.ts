/** Technician access over a real state folder, with a clock that moves when a test says so. Never waits by itself. */
import { createHmac } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { technicianAnswer } from '../../contract/technician-code.ts'
import { type RememberedAudit, rememberAudit } from '../audit/remembered-audit.fixture.ts'
import { createLog } from '../log.ts'
import type { LockoutRecord } from './lockout.ts'
import { openTechnicianAccess, type TechnicianAccess } from './technician-access.ts'

export const MINUTE_MS = 60_000
export const SECRET = new Uint8Array(32).fill(7)
const WRONG = '0000000000'

export type TechnicianStage = {
  stateFolder: string
  access: TechnicianAccess
  audit: RememberedAudit
  /** What was logged, newest last. */
  events: Record<string, unknown>[]
  /** Called with each event as it is logged. */
  onEvent: (fields: Record<string, unknown>) => void
  /** How often the kiosk was left. */
  leftCount(): number
  /** Moves the clock, and lets what waits for it happen. */
  pass(ms: number): Promise<void>
  nowMs(): number
  /** Another helper over the same folder; its clock begins at zero. Without `stop` the one before was killed. */
  restart(how?: { stop: boolean }): Promise<void>
  record(): LockoutRecord | null
  write(content: string): void
  /** Asks, and answers the text of the challenge. @throws Error where there is none to answer */
  ask(): Promise<string>
  right(challenge: string, deviceId?: string): string
  /** Gives wrong answers, each as soon as it may. @returns the kind of each result */
  fail(count: number): Promise<string[]>
  close(): Promise<void>
}

export async function openTechnicianStage({ secret = SECRET as Uint8Array | null } = {}): Promise<TechnicianStage> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'kiosk-state-'))
  const counter = join(stateFolder, 'technician-lockout.json')
  if (secret)
    writeFileSync(join(stateFolder, 'technician.secret'), Buffer.from(secret).toString('hex'), { mode: 0o600 })
  const events: Record<string, unknown>[] = []
  const log = createLog('test')
  log.level = 'silent'
  const note = (fields: object) => {
    events.push({ ...fields })
    stage.onEvent({ ...fields })
  }
  Object.assign(log, { info: note, warn: note, error: note })
  let nowMs = 0
  let left = 0
  const audit = rememberAudit()
  const waits = new Set<{ dueMs: number; resolve: () => void }>()

  function open(): TechnicianAccess {
    nowMs = 0
    waits.clear()
    return openTechnicianAccess({
      deviceId: 'DR-0042',
      folders: { stateFolder, credentialsFolder: undefined },
      clock: {
        nowMs: () => nowMs,
        wait: (delayMs, signal) =>
          new Promise((resolve, reject) => {
            if (signal.aborted) reject(signal.reason)
            waits.add({ dueMs: nowMs + delayMs, resolve })
            signal.addEventListener('abort', () => reject(signal.reason))
          }),
      },
      log,
      audit,
      onLeave: () => {
        left += 1
      },
    })
  }

  const stage: TechnicianStage = {
    stateFolder,
    audit,
    access: open(),
    events,
    onEvent: () => {},
    leftCount: () => left,
    nowMs: () => nowMs,
    async pass(ms) {
      nowMs += ms
      for (const wait of [...waits]) {
        if (wait.dueMs > nowMs) continue
        waits.delete(wait)
        wait.resolve()
      }
      // What waited is written in its turn, and a look at the secret comes behind it.
      await new Promise((resolve) => setImmediate(resolve))
      await stage.access.start()
    },
    async restart({ stop } = { stop: true }) {
      if (stop) await stage.access.stop()
      stage.access = open()
      await stage.access.start()
    },
    record: () => (existsSync(counter) ? JSON.parse(readFileSync(counter, 'utf8')) : null),
    write: (content) => writeFileSync(counter, content, { mode: 0o600 }),
    async ask() {
      const asked = await stage.access.challenge()
      if (asked.kind !== 'challenge') throw new Error(`asked for a challenge and got ${JSON.stringify(asked)}`)
      return asked.challenge
    },
    right: (challenge, deviceId = 'DR-0042') =>
      technicianAnswer({ deviceId, challenge, secret: SECRET }, (key, text) =>
        createHmac('sha256', key).update(text).digest('hex'),
      ),
    async fail(count) {
      const kinds: string[] = []
      for (let tries = 0; tries < count; tries += 1) {
        await stage.ask()
        const result = await stage.access.answer({ answer: WRONG })
        kinds.push(result.kind)
        if (result.kind === 'locked' && tries + 1 < count) await stage.pass(result.untilMs - nowMs)
      }
      return kinds
    },
    async close() {
      await stage.access.stop()
      rmSync(stateFolder, { recursive: true })
    },
  }
  await stage.access.start()
  return stage
}
