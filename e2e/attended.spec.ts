import { readQrCode } from '../demo/qr-reader.ts'
import { expect, signIn, test } from './kiosk-test.ts'

test('asks whether somebody is still there, believes a press, and ends a session that nobody uses', async ({
  openWorld,
}) => {
  const world = await openWorld({ session: { idleMinutes: 0.25 } })
  const glass = await signIn(world)
  const question = glass.page.getByRole('heading', { name: 'Still there?' })
  await question.waitFor({ timeout: 15_000 })
  await glass.press('I’m still here')
  await question.waitFor({ state: 'detached' })
  expect((await world.watch.until('signedIn')).session.kind).toBe('signedIn')

  await question.waitFor({ timeout: 15_000 })
  const ended = await world.watch.until('ended')
  expect(ended.session.reason).toBe('idle')
  await glass.shows('ended')
  await expect.poll(() => world.vaultFiles()).toEqual([])
})

test('keeps a code through an outage, and says so for as long as it lasts', async ({ openWorld }) => {
  const world = await openWorld()
  const glass = await world.screen()
  const before = readQrCode(await glass.picture('awaitingApproval'))
  const notice = glass.page.getByText('This code stays good.')
  expect(await notice.count()).toBe(0)
  world.provider.setOutage(true)
  await notice.first().waitFor({ timeout: 15_000 })
  expect(readQrCode(await glass.picture('awaitingApproval'))).toBe(before)
  world.provider.setOutage(false)
  const { session } = await world.watch.until('awaitingApproval', {
    test: (snapshot) => snapshot.session.pollTrouble === null,
  })
  expect(session.qrText).toBe(before)
  await expect(glass.page.getByRole('main')).not.toContainText('This code stays good.')
})
