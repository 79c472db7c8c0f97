import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canRunKeychain } from '../demo/keychain/throwaway-keychain.ts'
import { expect, firstStaff, signIn, test } from './kiosk-test.ts'

test.skip(!canRunKeychain(), 'needs dbus-run-session and gnome-keyring-daemon')

test('keeps the session and its screen over a planned restart of the helper', async ({ openWorld }) => {
  const world = await openWorld({ keychain: true })
  const glass = await signIn(world)
  // Notes every screen that is painted from now on.
  await glass.page.evaluate(() => {
    const seen: string[] = []
    const note = () => seen.push(document.querySelector('[data-screen]')?.getAttribute('data-screen') ?? 'nothing')
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true })
    Object.assign(window, { seen })
  })
  const helperId = await world.kiosk.processId('helper')
  await world.kiosk.pm2('restart', 'helper')
  const { session } = await world.watch.until('signedIn', { test: ({ helper }) => helper.processId !== helperId })
  expect(session.displayName).toBe(firstStaff(world).name)
  await expect(glass.page.getByRole('main')).toContainText(firstStaff(world).name)
  const seen = await glass.page.evaluate(() => [...new Set((window as unknown as { seen: string[] }).seen)])
  expect(seen.filter((screen) => screen !== 'signedIn')).toEqual([])

  // The same page is still in charge of the session.
  await glass.press('End shift')
  await glass.shows('ended')
  await expect.poll(() => world.vaultFiles()).toEqual([])
})

test('ends the session on a planned restart of helper and shell together: another screen must not inherit it', async ({
  openWorld,
}) => {
  const world = await openWorld({ keychain: true })
  await signIn(world)
  const helperId = await world.kiosk.processId('helper')
  await world.kiosk.pm2('restart', 'all')
  await world.watch.until('awaitingApproval', { test: ({ helper }) => helper.processId !== helperId })
  expect(await world.vaultFiles()).toEqual([])
  const glass = await world.screen()
  await glass.shows('awaitingApproval')
  await expect(glass.page.getByRole('main')).not.toContainText(firstStaff(world).name)
})

test('hands no session over past a change that ends it, also when the helper had no time to notice it', async ({
  openWorld,
}) => {
  const world = await openWorld({ keychain: true })
  await signIn(world)
  const helperId = await world.kiosk.processId('helper')
  const path = join(world.folders.bundle, 'kiosk.json')
  const config = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...config, vault: { ...config.vault, deviceKey: 'keychain' } }))
  await world.kiosk.pm2('restart', 'helper')
  await world.watch.until('awaitingApproval', { test: ({ helper }) => helper.processId !== helperId })
  const revocations = world.provider.journal.requests.filter(({ path: asked }) => asked === '/token/revocation')
  expect(revocations.map(({ status }) => status)).toContain(200)
  expect(await world.log()).not.toContain('vault.handover-refused')
})
