import { expect, signIn, test } from './kiosk-test.ts'

test('try', async ({ openWorld }) => {
  const world = await openWorld({ reception: true })
  const glass = await signIn(world)
  await new Promise((r) => setTimeout(r, 4000))
  console.log(world.reception?.apiRequests)
  const pages =
    glass.page
      .context()
      .browser()
      ?.contexts()
      .flatMap((c) => c.pages()) ?? []
  for (const [i, page] of pages.entries()) {
    console.log(
      page.url(),
      await page.evaluate(() => [innerWidth, innerHeight, screenX, screenY, document.visibilityState]),
    )
    await page.screenshot({ path: `/tmp/b-shell/p${i}.png` })
  }
  console.log((await world.log()).slice(-3000))
  expect(1).toBe(1)
})
