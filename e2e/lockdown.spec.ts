import { firstStaff, test } from './kiosk-test.ts'

test('shows every screen of a sign-in without one violation of its content security policy', async ({ openWorld }) => {
  const world = await openWorld({ session: { start: 'touch' } })
  const glass = await world.screen()
  await glass.shows('attract')
  await glass.press('Touch to sign in')
  await glass.shows('awaitingApproval')
  const { session } = await world.watch.until('awaitingApproval')
  await world.phone.approve({ url: session.qrText, account: firstStaff(world) })
  await glass.shows('confirming')
  await glass.press('Start shift')
  await glass.shows('signedIn')
  await glass.press('End shift')
  await glass.shows('ended')
})
