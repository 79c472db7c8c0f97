import { runKioskctl } from '../demo/kiosk-watch.ts'
import { readQrCode } from '../demo/qr-reader.ts'
import { expect, firstStaff, signIn, test } from './kiosk-test.ts'

const SCREENS = {
  landscape: { width: 1920, height: 1080 },
  portrait: { width: 1080, height: 1920 },
  small: { width: 1024, height: 600 },
}

for (const [name, screen] of Object.entries(SCREENS)) {
  test(`signs in by the QR code read from the pixels of a ${name} screen, and out again`, async ({ openWorld }) => {
    const world = await openWorld({ screen, session: { start: 'touch' } })
    const glass = await world.screen()
    await glass.shows('attract')
    await glass.press('Touch to sign in')
    const qrText = readQrCode(await glass.picture('awaitingApproval'))
    const { session } = await world.watch.until('awaitingApproval')
    expect(qrText).toBe(session.qrText)

    await world.phone.approve({ url: qrText ?? '', account: firstStaff(world) })
    await glass.shows('confirming')
    await expect(glass.page.getByRole('main')).toContainText(firstStaff(world).name)
    await glass.press('Start shift')
    await glass.shows('signedIn')
    await glass.press('End shift')
    await glass.shows('ended')
    await glass.shows('attract')
    await expect.poll(() => world.vaultFiles()).toEqual([])
    expect(await world.log()).toContain('tokens.revoked')
  })
}

test('signs in the Entra way: the plain link is scanned, the code on the screen is typed', async ({ openWorld }) => {
  const world = await openWorld({ entraLike: true })
  const glass = await world.screen()
  const qrText = readQrCode(await glass.picture('awaitingApproval'))
  expect(qrText).toBe(`${world.provider.issuer}/device`)
  const userCode = ((await glass.page.locator('.user-code').textContent()) ?? '').replace(/\s/g, '')
  await world.phone.approve({ url: qrText ?? '', userCode, account: firstStaff(world) })
  await glass.shows('confirming')
})

test('says that the sign-in was declined on the phone, then shows a fresh code', async ({ openWorld }) => {
  const world = await openWorld()
  const glass = await world.screen()
  const first = await world.watch.until('awaitingApproval')
  await world.phone.decline({ url: first.session.qrText })
  await glass.shows('trouble')
  await expect(glass.page.getByRole('main')).toContainText('declined')
  const second = await world.watch.until('awaitingApproval', { test: ({ session }) => session.generation === 2 })
  expect(readQrCode(await glass.picture('awaitingApproval'))).toBe(second.session.qrText)
  expect(second.session.userCode).not.toBe(first.session.userCode)
})

test('revokes and wipes when the person at the screen presses "Not me"', async ({ openWorld }) => {
  const world = await openWorld()
  const glass = await world.screen()
  const { session } = await world.watch.until('awaitingApproval')
  await world.phone.approve({ url: session.qrText, account: firstStaff(world) })
  await glass.shows('confirming')
  await glass.press('Not me')
  const ended = await world.watch.until('ended')
  expect(ended.session.reason).toBe('not-me')
  await expect.poll(() => world.vaultFiles()).toEqual([])
  const revocations = () => world.provider.journal.requests.filter(({ path }) => path === '/token/revocation')
  await expect.poll(() => revocations().map(({ status }) => status)).toEqual([200])
})

test('replaces an expired code, and never shows the old QR code again', async ({ openWorld }) => {
  const world = await openWorld({ codeLifetimeSeconds: 10 })
  const glass = await world.screen()
  const first = await world.watch.until('awaitingApproval')
  const { clock, session } = first
  const expiresAtEpochMs = clock.epochMs + session.expiresAtMs - clock.monotonicMs
  // A frame may be on its way to the glass at the moment of expiry; half a second later none may be.
  const isLater = ({ takenAtEpochMs }: { takenAtEpochMs: number }) => takenAtEpochMs > expiresAtEpochMs + 500
  const pictures: { takenAtEpochMs: number; qrText: string | null }[] = []
  const shown = (): string[] => pictures.flatMap(({ qrText }) => qrText ?? [])
  while (pictures.filter(isLater).length < 5 || new Set(shown()).size < 2) {
    const takenAtEpochMs = Date.now()
    pictures.push({ takenAtEpochMs, qrText: readQrCode(await glass.page.screenshot()) })
  }
  expect(shown()[0]).toBe(session.qrText)
  expect(pictures.filter(isLater).filter(({ qrText }) => qrText === session.qrText)).toEqual([])
  const replacement = shown().find((qrText) => qrText !== session.qrText)
  // By now the kiosk may be a code further.
  const helperShowed = () =>
    world.watch.seen.flatMap(({ session }) => (session.kind === 'awaitingApproval' ? session.qrText : []))
  await expect.poll(helperShowed).toContain(replacement)
})

test('shows the person’s session again to nobody after a sign-out by a technician', async ({ openWorld }) => {
  const world = await openWorld()
  const glass = await signIn(world)
  await world.watch.until('signedIn')
  expect((await runKioskctl(world.folders.runtime, 'sign-out')).exitCode).toBe(0)
  await glass.shows('ended')
  await glass.shows('awaitingApproval')
  await expect(glass.page.getByRole('main')).not.toContainText(firstStaff(world).name)
})
