import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HelperProcess } from '../../demo/helper-process.ts'
import { openScreenLink, type ScreenLink, type ScreenLinkOptions } from '../../demo/screen-link.ts'
import { type HelperWorld, openHelperWorld } from './helper-world.ts'

const FLEETCTL = join(import.meta.dirname, '..', '..', 'dist', 'fleet', 'fleetctl.mjs')
const WRONG = { answer: '0000000000' }

describe('technician access to a built helper', () => {
  let world: HelperWorld
  let helper: HelperProcess
  let screen: ScreenLink
  beforeEach(async () => {
    world = await openHelperWorld()
    await writeFile(secretPath(), randomBytes(32).toString('base64url'), { mode: 0o600 })
    await start()
  })
  afterEach(async () => {
    screen.close()
    await world.close()
  })

  const secretPath = () => join(world.folders.state, 'technician.secret')
  const counterPath = () => join(world.folders.state, 'technician-lockout.json')
  const failedTries = async () =>
    existsSync(counterPath()) ? JSON.parse(await readFile(counterPath(), 'utf8')).failedTries : 0

  async function openScreen(options?: ScreenLinkOptions): Promise<void> {
    screen = await openScreenLink(world.folders.runtime, options)
  }
  async function start(): Promise<void> {
    helper = await world.startHelper()
    await openScreen()
  }
  async function restart(signal: NodeJS.Signals, meanwhile = async () => {}): Promise<void> {
    screen.close()
    helper.child.kill(signal)
    await helper.exited
    await meanwhile()
    await start()
  }
  async function ask(): Promise<string> {
    const asked = await screen.askTechnicianChallenge()
    if (asked.kind !== 'challenge') throw new Error(`asked for a challenge and got ${JSON.stringify(asked)}`)
    return asked.challenge
  }
  /** As operations answer it, for this device or for another. */
  function fleetAnswer(challenge: string, device = 'DR-0042'): string {
    const args = ['technician-code', '--device', device, '--challenge', challenge, '--secret-file', secretPath()]
    return execFileSync(process.execPath, [FLEETCTL, ...args], { encoding: 'utf8' }).replace(/\D/g, '')
  }
  async function enter(): Promise<void> {
    const answer = fleetAnswer(await ask())
    expect(await screen.answerTechnicianChallenge({ answer })).toMatchObject({ kind: 'granted' })
  }
  async function lock(): Promise<void> {
    await ask()
    const kinds: string[] = []
    for (let tries = 0; tries < 5; tries += 1) kinds.push((await screen.answerTechnicianChallenge(WRONG)).kind)
    expect(kinds).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'locked'])
  }
  /** On the clock of the helper that answers. */
  async function lockedForMs(): Promise<number> {
    const asked = await screen.askTechnicianChallenge()
    if (asked.kind !== 'locked') throw new Error(`not locked: ${JSON.stringify(asked)}`)
    const { clock } = world.watch.seen.at(-1) ?? { clock: { monotonicMs: 0 } }
    return asked.untilMs - clock.monotonicMs
  }
  const leave = () => screen.actAsTechnician({ action: 'leave-kiosk' })

  it('is granted to the answer of fleetctl, once', async () => {
    expect(await leave()).toEqual({ accepted: false })
    const answer = fleetAnswer(await ask())
    expect(await screen.answerTechnicianChallenge({ answer })).toMatchObject({ kind: 'granted' })
    expect(await screen.answerTechnicianChallenge({ answer })).toEqual({ kind: 'expired' })
    expect(await leave()).toEqual({ accepted: true })
    expect(await leave()).toEqual({ accepted: false })
    expect(helper.output()).toContain('"event":"technician.refused","reason":"replayed"')
    expect(helper.output()).not.toContain(answer)
  })

  it('is what diagnostics and checks are for; anybody else sees the status alone', async () => {
    await world.watch.until('awaitingApproval')
    expect(await screen.readSupportStatus()).toMatchObject({ token: null, connection: { kind: 'answered' } })
    const refused = { data: { code: 'command-not-allowed' } }
    await ask()
    await expect(screen.readSupportDiagnostics()).rejects.toMatchObject(refused)
    await expect(screen.supportChecks({ run: false })).rejects.toMatchObject(refused)
    await expect(screen.supportChecks({ run: true })).rejects.toMatchObject(refused)
    expect(helper.output()).not.toContain('technician.checks-run')

    await enter()
    expect((await screen.supportChecks({ run: true })).state).toBe('running')
    await expect.poll(async () => (await screen.supportChecks({ run: false })).state, { timeout: 30_000 }).toBe('done')
    const { checks } = await screen.supportChecks({ run: false })
    const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]))
    expect(states).toMatchObject({
      ...{ config: 'ok', vault: expect.stringMatching(/ok|warning/), technician: 'ok', dns: 'ok', connect: 'ok' },
      ...{ proxy: 'skipped', discovery: 'ok', 'key-set': 'ok', endpoints: 'ok', clock: 'ok' },
      // This screen is a link without a page.
      painted: 'failed',
    })
    const diagnostics = await screen.readSupportDiagnostics()
    expect(diagnostics.endpoints.filter(({ state }) => state === 'reachable')).toHaveLength(5)
    expect(diagnostics.events.map(({ name }) => name)).toContain('technician.granted')
    expect(diagnostics.text).toContain('Kiosk DR-0042')
    expect(diagnostics.attestation).toBe('direct, no gateway')
    await screen.actAsTechnician({ action: 'close' })
    await expect(screen.readSupportDiagnostics()).rejects.toMatchObject(refused)
  })

  it('is not needed for a fresh code, which takes the place of the one before', async () => {
    const { session } = await world.watch.until('awaitingApproval')
    // A kiosk asks for six codes at once at most: this one and five more.
    for (let generation = session.generation + 1; generation <= session.generation + 5; generation += 1) {
      expect(await screen.press({ kind: 'restartSignIn' })).toEqual({ accepted: true })
      await expect.poll(() => world.watch.seen.at(-1)?.session).toMatchObject({ kind: 'awaitingApproval', generation })
    }
    const last = world.watch.seen.at(-1)?.session
    expect(await screen.press({ kind: 'restartSignIn' })).toEqual({ accepted: false })
    expect(world.watch.seen.at(-1)?.session).toEqual(last)
    expect(helper.output()).toContain('"event":"support.sign-in-restarted","role":"shell"')
  })

  it('is not granted to an answer of another device, nor to one of a helper before', async () => {
    const foreign = fleetAnswer(await ask(), 'DR-0043')
    expect(await screen.answerTechnicianChallenge({ answer: foreign })).toEqual({ kind: 'wrong', triesLeft: 4 })
    const answer = fleetAnswer(await ask())
    await restart('SIGTERM')
    expect(await screen.answerTechnicianChallenge({ answer })).toEqual({ kind: 'expired' })
    await ask()
    expect(await screen.answerTechnicianChallenge({ answer })).toEqual({ kind: 'wrong', triesLeft: 3 })
  })

  it.each<[string, () => Promise<void>]>([
    [
      'the screen that it was given to',
      async () => {
        const { screenId } = screen
        screen.close()
        await screen.closed
        await openScreen({ screenId })
      },
    ],
    ['another screen', () => openScreen()],
    ['the helper that gave it', () => restart('SIGKILL')],
  ])('ends with %s', async (_what, end) => {
    await enter()
    await end()
    expect(await leave()).toEqual({ accepted: false })
  })

  it('stays locked over a restart and over kill -9', async () => {
    await lock()
    await restart('SIGTERM')
    expect(await lockedForMs()).toBeGreaterThan(40_000)
    await restart('SIGKILL')
    expect(await lockedForMs()).toBeGreaterThan(40_000)
    expect(await screen.answerTechnicianChallenge(WRONG)).toMatchObject({ kind: 'locked' })
    expect(await failedTries()).toBe(5)
  })

  it('takes back no try when it is killed in the midst of it', async () => {
    for (let tries = 1; tries <= 5; tries += 1) {
      await ask()
      const answering = screen.answerTechnicianChallenge(WRONG).catch(() => null)
      // The moment the try is on the disk, whether or not anybody has heard what became of it.
      while ((await failedTries()) < tries) await sleep(0)
      helper.child.kill('SIGKILL')
      await Promise.race([answering, screen.closed])
      await restart('SIGKILL')
      expect(await screen.askTechnicianChallenge()).toMatchObject(
        tries < 5 ? { kind: 'challenge', triesLeft: 5 - tries } : { kind: 'locked' },
      )
    }
  })

  it('is locked for an hour by a count that somebody damaged', async () => {
    await restart('SIGKILL', () => writeFile(counterPath(), '{"version":1,"failedTries":0', { mode: 0o600 }))
    expect(await lockedForMs()).toBeGreaterThan(3_500_000)
    expect(helper.output()).toContain('"event":"technician.counter-damaged"')
  })

  it('is for nobody where the state folder is missing, and holds up no sign-in', async () => {
    await restart('SIGKILL', () => rm(world.folders.state, { recursive: true }))
    expect(await screen.askTechnicianChallenge()).toEqual({ kind: 'unavailable', because: 'state-unusable' })
    await world.watch.until('awaitingApproval')
    expect(helper.output()).toContain('the state folder (KIOSK_STATE_DIR) cannot be used')
  })
})
