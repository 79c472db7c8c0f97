import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findSecrets } from '../../demo/find-secrets.ts'
import { openScreenLink, type ScreenLink } from '../../demo/screen-link.ts'
import { type HelperWorld, openHelperWorld } from './helper-world.ts'

const KIOSKCTL = join(import.meta.dirname, '..', '..', 'dist', 'helper', 'kioskctl.mjs')
const run = promisify(execFile)

type Line = Record<string, unknown> & { event: string }

describe('the audit trail of a built helper', () => {
  let world: HelperWorld
  let screen: ScreenLink
  beforeEach(async () => {
    world = await openHelperWorld({ accessTokenLifetimeSeconds: 4, entraLike: true })
  })
  afterEach(async () => {
    screen.close()
    await world.close()
  })

  const kioskctl = async (...args: string[]) => {
    const { stdout } = await run(process.execPath, [KIOSKCTL, 'audit', ...args, '--state-dir', world.folders.state])
    return stdout
  }
  const linesOf = (text: string): Line[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  /** As they stand in the file, half a line left out. */
  async function names(): Promise<string[]> {
    const path = join(world.folders.state, 'audit', 'audit-000001.jsonl')
    const text = await readFile(path, 'utf8').catch(() => '')
    return [...text.matchAll(/"event":"([\w.-]+)"/g)].map(([, name]) => name ?? '')
  }

  async function signIn(): Promise<void> {
    screen = await openScreenLink(world.folders.runtime)
    const { session } = await world.watch.until('awaitingApproval')
    await world.provider.approve(session.userCode)
    const { session: asking } = await world.watch.until('confirming')
    expect(await screen.press({ kind: 'confirmPresence', generation: asking.generation })).toEqual({ accepted: true })
    await world.watch.until('signedIn')
  }

  it('tells of a sign-in from the code to kill -9, lines up with the provider’s log, and holds no token', async () => {
    const helper = await world.startHelper()
    await signIn()
    await expect.poll(names, { timeout: 15_000 }).toContain('token.refreshed')
    helper.child.kill('SIGKILL')
    await helper.exited
    expect(JSON.parse(await kioskctl('verify', '--json'))).toMatchObject({ ok: true })

    screen.close()
    const next = await world.startHelper()
    await expect.poll(names).toContain('session.expired-by-crash')
    await next.stop()
    const story = linesOf(await kioskctl('export')).filter(({ event }) => !event.startsWith('audit.'))
    const events = story.map(({ event }) => event)
    const beginning = ['helper.started', 'code.issued', 'sign-in.approved', 'session.started', 'device.activated']
    expect(events.slice(0, 5).toSorted()).toEqual(beginning.toSorted())
    expect(events.at(-1)).toBe('helper.stopped')
    const expired = story.find(({ event }) => event === 'session.expired-by-crash')
    expect(expired).toMatchObject({
      user: story.find(({ event }) => event === 'session.started')?.user,
      foundIn: 'vault',
    })
    expect(story.filter(({ event }) => event === 'helper.started').map(({ after }) => after)).toEqual([
      'nothing',
      'crash',
    ])

    // Every id on record is one that the provider has seen with that request.
    const { requests } = world.provider.journal
    const traced = story.filter(({ clientRequestId }) => clientRequestId !== undefined)
    expect(traced.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['code.issued', 'sign-in.approved', 'token.refreshed']),
    )
    for (const { event, clientRequestId, msRequestId } of traced) {
      const theirs = requests.filter((request) => request.requestId === msRequestId)
      expect(
        theirs.map((request) => request.clientRequestId),
        event,
      ).toEqual([clientRequestId])
    }
    const secrets = world.provider.journal.secrets()
    expect(secrets.length).toBeGreaterThan(4)
    expect((await findSecrets(secrets, [world.folders.state])).found).toEqual([])
    expect(JSON.parse(await kioskctl('verify', '--json'))).toMatchObject({ ok: true, faults: [] })
  })

  const mayMount = process.platform === 'linux' && process.getuid?.() === 0

  it.skipIf(!mayMount)('goes on signing people in on a full disk, and says so in its log', async () => {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'kiosk-state', world.folders.state])
    try {
      const { bavail, bsize } = await statfs(world.folders.state)
      await mkdir(join(world.folders.state, 'audit'), { mode: 0o700 })
      await writeFile(join(world.folders.state, 'ballast'), Buffer.alloc(bavail * bsize)).catch(() => {
        // What is left is less than a block.
      })
      const helper = await world.startHelper()
      await signIn()
      expect(helper.output()).toContain('audit.not-written')
      await rm(join(world.folders.state, 'ballast'))
      await expect.poll(names, { timeout: 15_000 }).toContain('session.started')
      expect(JSON.parse(await kioskctl('verify', '--json'))).toMatchObject({ ok: true })
      await helper.stop()
    } finally {
      await run('umount', ['--lazy', world.folders.state])
    }
  })
})
