/** The journey through a company's portal, from the kiosk's pixels to its screen: a yes, a second scan, a late yes and a no. */
import { readQrCode } from '../demo/qr-reader.ts'
import { PageWalker } from '../demo/staff-portal/page-walker.ts'
import { expect, firstStaff, test } from './kiosk-test.ts'

/** A phone with a form-only browser: scans, compares, and signs in at the company, up to the page that asks for the approval. */
async function walkToApproval(qrText: string, name: string): Promise<PageWalker> {
  const walker = new PageWalker()
  await walker.open(qrText)
  await walker.press('Yes, continue')
  await walker.press(name)
  expect(walker.page.heading).toBe(`Sign in as ${name}?`)
  return walker
}

test('signs in through the company’s own portal by the QR code read from the pixels, once', async ({ openWorld }) => {
  const world = await openWorld({ portal: true })
  const glass = await world.screen()
  const qrText = readQrCode(await glass.picture('awaitingApproval')) ?? ''
  const { session } = await world.watch.until('awaitingApproval')
  expect(qrText).toBe(session.qrText)

  const { outcome } = await world.phone.approve({ url: qrText, account: firstStaff(world) })
  expect(outcome).toBe('The kiosk has your sign-in')
  await glass.shows('confirming')
  const greeting = expect(glass.page.getByRole('main'))
  await greeting.toContainText(firstStaff(world).name)

  // A second scan of the same picture, while the kiosk asks: at the provider first, whose page posts the code by a script.
  const second = new PageWalker()
  await second.open(qrText)
  expect((await second.press('Continue')).html).toContain('That code was used before')
  const { issuer, journal } = world.provider
  await second.open(
    `${world.portal?.origin}/login/initiate?${new URLSearchParams({ iss: issuer, target_link_uri: qrText })}`,
  )
  await second.press('Yes, continue')
  await second.press('Jonas Weber')
  expect((await second.press('Yes, sign me in')).heading).toBe('That code was used before')
  expect(journal.approvals.map(({ accountId }) => accountId)).toEqual(['alex-morgan'])

  await greeting.toContainText(firstStaff(world).name)
  await glass.press('Start shift')
  await glass.shows('signedIn')

  // Who it was, the company alone was asked; the kiosk's provider heard it by the exchange.
  const asked = (path: string) => (request: { path: string }) => request.path.startsWith(path)
  expect(world.portal?.company.journal.requests.some(asked('/choose-account/'))).toBe(true)
  expect(journal.requests.some(asked('/choose-account/'))).toBe(false)
  const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange'
  expect(journal.requests).toContainEqual(expect.objectContaining({ grantType, status: 200 }))
})

test('opens for no late yes, and says so when the person says no at the portal, both by the pixels', async ({
  openWorld,
}) => {
  const world = await openWorld({ portal: true, codeLifetimeSeconds: 15, session: { start: 'touch' } })
  const glass = await world.screen()
  await glass.shows('attract')
  await glass.press('Touch to sign in')
  const first = readQrCode(await glass.picture('awaitingApproval')) ?? ''
  const late = await walkToApproval(first, 'Samira Haddad')
  await world.watch.until('awaitingApproval', { test: ({ session }) => session.generation > 1 })
  expect((await late.press('Yes, sign me in')).heading).toBe('That code has run out')

  let second = ''
  const hasFreshCode = async () => {
    second = readQrCode(await glass.picture('awaitingApproval')) ?? ''
    return second !== '' && second !== first
  }
  await expect.poll(hasFreshCode, { timeout: 10_000 }).toBe(true)
  const walker = await walkToApproval(second, 'Samira Haddad')
  expect((await walker.press('Cancel')).heading).toBe('Sign-in cancelled')
  await glass.shows('trouble')
  await expect(glass.page.getByRole('main')).toContainText('declined')
  expect(world.provider.journal.approvals).toEqual([])
})
