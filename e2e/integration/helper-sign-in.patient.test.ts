import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { runKioskctl } from '../../demo/kiosk-watch.ts'
import { firstStaff, type HelperWorld, openHelperWorld } from './helper-world.ts'

describe('a helper with a real provider', () => {
  let world: HelperWorld
  afterEach(() => world.close())

  const vaultFiles = () => readdir(join(world.folders.runtime, 'vault'))

  it('asks for a code on a touch only, and shows it with its link', async () => {
    world = await openHelperWorld({ session: { start: 'touch' } })
    await world.startHelper()
    await world.watch.until('attract')
    const codeRequests = () => world.provider.journal.requests.filter(({ path }) => path === '/device/auth')
    expect(codeRequests()).toEqual([])
    expect((await runKioskctl(world.folders.runtime, 'touch')).stdout).toBe('done\n')
    const { session } = await world.watch.until('awaitingApproval')
    expect(session.qrText).toContain(session.userCode)
    expect(session.codePrefilled).toBe(true)
    expect(session.verificationUri).toBe(`${world.provider.issuer}/device`)
  })

  it('asks whoever stands there after the approval, with the tokens sealed already', async () => {
    world = await openHelperWorld()
    await world.startHelper()
    const phone = await world.openPhone()
    const { session } = await world.watch.until('awaitingApproval')
    await phone.approve({ url: session.qrText, account: firstStaff(world) })
    const confirming = await world.watch.until('confirming')
    expect(confirming.session.displayName).toBe(firstStaff(world).name)
    expect(await vaultFiles()).toEqual(['session.sealed'])
    const sealed = await readFile(join(world.folders.runtime, 'vault', 'session.sealed'))
    for (const secret of world.provider.journal.secrets()) expect(sealed.includes(secret)).toBe(false)
  })

  it('wipes, then revokes at the provider, when nobody says "it is me"', async () => {
    world = await openHelperWorld({ session: { confirmSeconds: 5 } })
    await world.startHelper()
    const phone = await world.openPhone()
    const { session } = await world.watch.until('awaitingApproval')
    await phone.approve({ url: session.qrText, account: firstStaff(world) })
    const { session: ended } = await world.watch.until('ended')
    expect(ended.reason).toBe('not-confirmed')
    await expect.poll(vaultFiles).toEqual([])
    const revocations = () => world.provider.journal.requests.filter(({ path }) => path === '/token/revocation')
    await expect.poll(() => revocations().map(({ status }) => status)).toEqual([200])
  })

  it('asks Entra’s way: the plain link, the code to type', async () => {
    world = await openHelperWorld({ entraLike: true })
    await world.startHelper()
    const { session } = await world.watch.until('awaitingApproval')
    expect(session.codePrefilled).toBe(false)
    expect(session.qrText).toBe(session.verificationUri)
    expect(session.qrText).not.toContain(session.userCode)
    const phone = await world.openPhone()
    await phone.approve({ url: session.qrText, userCode: session.userCode, account: firstStaff(world) })
    await world.watch.until('confirming')
  })

  it.each([false, true])('says that the sign-in was declined on the phone (Entra’s words: %s)', async (entraLike) => {
    world = await openHelperWorld({ entraLike })
    await world.startHelper()
    const phone = await world.openPhone()
    const { session } = await world.watch.until('awaitingApproval')
    await phone.decline({ url: session.qrText, userCode: session.userCode })
    const trouble = await world.watch.until('trouble')
    expect(trouble.session.code).toBe('sign-in-declined')
  })

  it('replaces an expired code by a fresh one', async () => {
    world = await openHelperWorld({ codeLifetimeSeconds: 4 })
    await world.startHelper()
    const first = await world.watch.until('awaitingApproval')
    const second = await world.watch.until('awaitingApproval', { test: ({ session }) => session.generation === 2 })
    expect(second.session.userCode).not.toBe(first.session.userCode)
  })

  it('never polls sooner than the interval, as the provider sees it', async () => {
    world = await openHelperWorld()
    await world.startHelper()
    await world.watch.until('awaitingApproval')
    const polls = () => world.provider.journal.requests.filter(({ path }) => path === '/token')
    await expect.poll(() => polls().length, { timeout: 15_000 }).toBeGreaterThanOrEqual(5)
    const arrivals = polls().map(({ atEpochMs }) => atEpochMs)
    const gaps = arrivals.slice(1).map((atEpochMs, index) => atEpochMs - (arrivals[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000)
    expect(polls().map(({ error }) => error)).not.toContain('slow_down')
  })

  it('lives through an outage while a code is shown, and tells of one when it needs a code', async () => {
    world = await openHelperWorld()
    await world.startHelper()
    const { session } = await world.watch.until('awaitingApproval')
    world.provider.setOutage(true)
    const failedPolls = () => world.provider.journal.requests.filter(({ status }) => status === 503).length
    await expect.poll(failedPolls, { timeout: 15_000 }).toBeGreaterThanOrEqual(2)
    world.provider.setOutage(false)
    const phone = await world.openPhone()
    await phone.approve({ url: session.qrText, account: firstStaff(world) })
    await world.watch.until('confirming')

    world.provider.setOutage(true)
    await runKioskctl(world.folders.runtime, 'sign-out')
    const trouble = await world.watch.until('trouble')
    expect(trouble.session.code).toBe('provider-unavailable')
    world.provider.setOutage(false)
    await world.watch.until('awaitingApproval')
  })

  it('gives a technician no command that says that a person is present', async () => {
    world = await openHelperWorld()
    await world.startHelper()
    for (const command of ['confirm', 'confirmPresence', 'confirm-presence']) {
      expect((await runKioskctl(world.folders.runtime, command)).exitCode).toBe(2)
    }
  })
})
