import { readQrCode } from '../demo/qr-reader.ts'
import { expect, firstStaff, test } from './kiosk-test.ts'

test('signs in through the company’s own portal by the QR code read from the pixels', async ({ openWorld }) => {
  const world = await openWorld({ portal: true })
  const glass = await world.screen()
  const qrText = readQrCode(await glass.picture('awaitingApproval'))
  const { session } = await world.watch.until('awaitingApproval')
  expect(qrText).toBe(session.qrText)

  await world.phone.approve({ url: qrText ?? '', account: firstStaff(world) })
  await glass.shows('confirming')
  await expect(glass.page.getByRole('main')).toContainText(firstStaff(world).name)
  await glass.press('Start shift')
  await glass.shows('signedIn')

  // Who it was, the company alone was asked; the kiosk's provider heard it by the exchange.
  const asked = (path: string) => (request: { path: string }) => request.path.startsWith(path)
  expect(world.portal?.company.journal.requests.some(asked('/choose-account/'))).toBe(true)
  expect(world.provider.journal.requests.some(asked('/choose-account/'))).toBe(false)
  const exchange = expect.objectContaining({
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    status: 200,
  })
  expect(world.provider.journal.requests).toContainEqual(exchange)
})
