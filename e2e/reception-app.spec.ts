import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { findSecrets } from '../demo/find-secrets.ts'
import { isAlive } from '../demo/kiosk-processes.ts'
import type { KioskScreen } from '../demo/kiosk-screen.ts'
import { processFamily } from '../demo/process-family.ts'
import { searchMemory } from '../demo/search-memory.ts'
import { expect, firstStaff, type KioskWorld, signIn, test } from './kiosk-test.ts'

function receptionOf({ reception }: KioskWorld) {
  if (!reception) throw new Error('this world has no reception app')
  return reception
}

/** Finds the process that runs a page by a word that only that page knows. */
async function processesKnowing(word: string, { kiosk }: KioskWorld): Promise<number[]> {
  const found: number[] = []
  for (const id of await processFamily(await kiosk.processId('shell'))) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
    if (!command.includes('--type=renderer')) continue
    const { counts } = await searchMemory(id, { words: [word] })
    if (counts.words) found.push(id)
  }
  return found
}

/** Marks the process of the app; answers whether it still runs. */
async function markProcess(app: Page, world: KioskWorld): Promise<() => boolean> {
  const word = await app.evaluate(() => {
    const made = `reception-${crypto.randomUUID()}`
    // As bytes: a string that was put together need not lie in one piece.
    Object.assign(window, { word: new TextEncoder().encode(made) })
    return made
  })
  const found = await processesKnowing(word, world)
  expect(found).toHaveLength(1)
  return () => found.some(isAlive)
}

const refreshesOf = ({ provider }: KioskWorld) =>
  provider.journal.requests.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200).length

async function greets(app: Page, world: KioskWorld): Promise<void> {
  await app.getByText(`${firstStaff(world).name} is on duty`).waitFor()
}

async function crash(app: Page): Promise<void> {
  const devTools = await app.context().newCDPSession(app)
  // Its answer is the end of whoever was asked.
  await devTools.send('Page.crash').catch(() => {})
}

/** Whoever saw a page crash or hang is told nothing of it any more: each look is a fresh one. */
async function lookAfresh(world: KioskWorld): Promise<Page> {
  const deadline = performance.now() + 40_000
  for (;;) {
    const look = await world.screen()
    const found = await look.hosted(2_000).catch(async (error: unknown) => {
      await look.close()
      if (performance.now() > deadline) throw error
      return null
    })
    if (found !== null) return found
  }
}

/** The app cannot be had for a while: calm words, and nothing of the browser's own, until it can. */
async function saysSoWhile(world: KioskWorld, outage: 'unavailable' | 'unreachable'): Promise<void> {
  await test.step(`says so calmly while it is ${outage}, and opens it again by itself`, async () => {
    const reception = receptionOf(world)
    const glass = await world.screen()
    reception.setOutage(outage)
    await crash(await lookAfresh(world))
    await glass.page.getByRole('heading', { name: 'Reception is not answering' }).waitFor()
    // Chromium's own error page is never on the glass.
    await glass.page.waitForTimeout(1_000)
    expect(await (await world.screen()).hostedNow()).toBeNull()
    reception.setOutage(null)
    await lookAfresh(world)
    await glass.shows('signedIn')
  })
}

async function isGone(glass: KioskScreen): Promise<void> {
  await expect.poll(() => glass.hostedNow()).toBeNull()
}

test.skip(process.platform !== 'linux', 'looks into /proc')

test('hosts the reception app in a session of its own: shown, renewed, restored, and gone without a trace', async ({
  openWorld,
}) => {
  test.setTimeout(180_000)
  const world = await openWorld({ reception: true, environment: { STAND_IN_HANG_LIMIT_MS: '1500' } })
  const reception = receptionOf(world)
  const glass = await signIn(world)
  const app = await glass.hosted()

  await test.step('greets the person by the name and with the scopes in the token', async () => {
    await greets(app, world)
    await app.getByRole('button', { name: 'Check in' }).waitFor()
    for (const { authorization, status } of reception.apiRequests) {
      expect(status).toBe(200)
      expect(world.provider.journal.secretsOf('access token')).toContain(authorization?.replace('Bearer ', ''))
    }
  })

  await test.step('lies below the session bar and fills the rest of the glass', async () => {
    const bar = await glass.page.locator('.session-bar').boundingBox()
    const area = await app.evaluate(() => ({ x: screenX, y: screenY, width: innerWidth, height: innerHeight }))
    const top = Math.ceil(bar?.height ?? 0)
    expect(area).toEqual({ x: 0, y: top, width: 1920, height: 1080 - top })
    expect(await app.evaluate(() => getComputedStyle(document.body).cursor)).toBe('none')
  })

  await test.step('checks a visitor in with the keys on the glass', async () => {
    await app.getByLabel('Name').click()
    for (const key of ['A', 'd', 'a']) await app.getByRole('button', { name: key, exact: true }).click()
    await app.getByRole('button', { name: 'Done' }).click()
    await app.getByRole('button', { name: 'Mei Tanaka' }).click()
    await app.getByRole('button', { name: 'Check in' }).click()
    await app.getByRole('button', { name: 'Check out Ada' }).waitFor()
  })

  await test.step('holds a 401 back until there is a fresh token, so that the second try succeeds', async () => {
    const [before, answered] = [refreshesOf(world), reception.apiRequests.length]
    reception.refuseKnownTokens()
    await app.getByRole('button', { name: 'Check out Ada' }).click()
    await expect(app.getByRole('button', { name: 'Check out Ada' })).toHaveCount(0)
    const [refused, accepted] = reception.apiRequests.slice(answered).filter(({ method }) => method !== 'OPTIONS')
    expect([refused?.status, accepted?.status]).toEqual([401, 200])
    expect(accepted?.authorization).not.toBe(refused?.authorization)
    expect(refreshesOf(world)).toBe(before + 1)
  })

  await test.step('asks the provider for no second renewal when the API goes on refusing', async () => {
    const before = refreshesOf(world)
    for (let attempt = 0; attempt < 3; attempt++) {
      reception.refuseKnownTokens()
      const status = await app.evaluate(async () => (await fetch(`${document.body.dataset.api}/visits`)).status)
      expect([200, 401]).toContain(status)
    }
    expect(refreshesOf(world)).toBe(before)
  })

  await test.step('comes back after its process died, and after it hung, and the session lives', async () => {
    await crash(app)
    const again = await lookAfresh(world)
    const hanging = again.evaluate(() => {
      Object.assign(window, { isOld: true })
      for (;;);
    })
    hanging.catch(() => {
      // Its end is the point.
    })
    const back = await lookAfresh(world)
    expect(await back.evaluate(() => 'isOld' in window)).toBe(false)
    await glass.shows('signedIn')
  })

  await saysSoWhile(world, 'unavailable')

  await test.step('is gone with its storage and its process when the shift ends', async () => {
    const look = await world.screen()
    const last = await look.hosted()
    await last.evaluate(() => {
      localStorage.setItem('left', 'behind')
      // biome-ignore lint/suspicious/noDocumentCookie: it must be gone however it was set
      document.cookie = 'left=behind'
    })
    const isRunning = await markProcess(last, world)
    await glass.press('End shift')
    await isGone(look)
    await glass.shows('awaitingApproval')
    await expect.poll(isRunning).toBe(false)
  })

  await test.step('finds nothing of it in the next session, and goes when the helper is lost', async () => {
    const look = await signIn(world)
    const next = await look.hosted()
    await greets(next, world)
    expect(await next.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, ''])
    const { folders, provider } = world
    expect((await findSecrets(provider.journal.secrets(), [folders.work, folders.runtime])).found).toEqual([])
    const isRunning = await markProcess(next, world)
    process.kill(await world.kiosk.processId('helper'), 'SIGKILL')
    await isGone(look)
    await expect.poll(isRunning).toBe(false)
    await glass.shows('awaitingApproval')
  })
})

test('opens the app again that closed itself, and shows no error page of the browser', async ({ openWorld }) => {
  const world = await openWorld({ reception: true })
  const glass = await signIn(world)
  const closing = await glass.hosted()
  const isRunning = await markProcess(closing, world)
  // What `window.close()` does to a view in Electron; Chromium allows it here to the protocol alone.
  await (await closing.context().newCDPSession(closing)).send('Page.close')
  await expect.poll(isRunning).toBe(false)
  await greets(await lookAfresh(world), world)
  await saysSoWhile(world, 'unreachable')
})

test('counts the use of the hosted app, covers it with the question, and destroys it when nobody answers', async ({
  openWorld,
}) => {
  const world = await openWorld({
    reception: true,
    accessTokenLifetimeSeconds: 8,
    session: { idleMinutes: 0.3 },
  })
  const reception = receptionOf(world)
  const glass = await signIn(world)
  const app = await glass.hosted()
  await greets(app, world)
  const isRunning = await markProcess(app, world)
  const { session: before } = await world.watch.until('signedIn')

  await expect.poll(() => refreshesOf(world), { timeout: 15_000 }).toBeGreaterThan(0)
  await app.getByRole('heading', { name: 'New visitor' }).click()
  await world.watch.until('signedIn', { test: ({ session }) => (session.idleUntil ?? 0) > (before.idleUntil ?? 0) })

  // Half of what is left of a token's life is the longest that the shell keeps one.
  await expect
    .poll(
      async () => {
        await app.evaluate(() => fetch(`${document.body.dataset.api}/me`).catch(() => {}))
        return new Set(reception.apiRequests.map(({ authorization }) => authorization)).size
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(1)
  expect(reception.apiRequests.every(({ status }) => status === 200)).toBe(true)

  await glass.page.getByRole('heading', { name: 'Still there?' }).waitFor({ timeout: 25_000 })
  await isGone(glass)
  const ended = await world.watch.until('ended', { limitMs: 20_000 })
  expect(ended.session.reason).toBe('idle')
  await expect.poll(isRunning).toBe(false)
})
