import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KioskScreen } from '../demo/kiosk-screen.ts'
import { runKioskctl } from '../demo/kiosk-watch.ts'
import { expect, type KioskWorld, type KioskWorldOptions, test } from './kiosk-test.ts'

const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><circle cx="15" cy="15" r="12" fill="#0b5cad"/><path d="M36 8h48v14H36z" fill="#888"/></svg>'

const HALF_FILLED = JSON.stringify({ version: 1, identity: { provider: 'okta' } })

const BUNDLES: Record<string, string> = {
  'an empty kiosk.json': '',
  'a broken kiosk.json': '{ "version": 1,,',
}

type OpenWorld = (options: KioskWorldOptions) => Promise<KioskWorld>

/** @returns the world once its bundle is mended, and that bundle */
async function mend(
  openWorld: OpenWorld,
  text: string,
): Promise<{ world: KioskWorld; glass: KioskScreen; whole: string }> {
  let whole = ''
  const world = await openWorld({
    prepareBundle: async (folder) => {
      whole = await readFile(join(folder, 'kiosk.json'), 'utf8')
      await writeFile(join(folder, 'kiosk.json'), text)
    },
  })
  const glass = await world.screen()
  await glass.shows('unprovisioned')
  const { session } = await world.watch.until('unprovisioned')
  for (const { what: fault, remedy } of session.problems) {
    await expect(glass.page.getByRole('main')).toContainText(fault)
    await expect(glass.page.getByRole('main')).toContainText(remedy)
  }
  await writeFile(join(world.folders.bundle, 'kiosk.json'), whole)
  await glass.shows('awaitingApproval')
  return { world, glass, whole }
}

for (const [what, text] of Object.entries(BUNDLES)) {
  test(`lists every fault of ${what} on the screen, and goes on once it is mended`, async ({ openWorld }) => {
    await mend(openWorld, text)
  })
}

test('lists every fault of a half-filled kiosk.json, goes on once it is mended, and follows its brand while a code is shown', async ({
  openWorld,
}) => {
  const { world, glass, whole } = await mend(openWorld, HALF_FILLED)
  const { session, helper } = await world.watch.until('awaitingApproval')
  const { bundle } = world.folders
  const brand = {
    name: 'Fabrikam Reception',
    logo: 'logo.svg',
    colors: { primary: '#ffcc00', accent: '#e30613' },
    background: '#102018',
  }
  const write = (changes: object) =>
    writeFile(join(bundle, 'kiosk.json'), JSON.stringify({ ...JSON.parse(whole), brand: { ...brand, ...changes } }))
  await writeFile(join(bundle, 'logo.svg'), LOGO)
  await write({})
  const logo = glass.page.locator('.brand-mark img')
  await expect(logo).toHaveAttribute('src', /^data:image\/svg/)
  await expect(glass.page.getByText('Fabrikam Reception')).toBeAttached()
  const ground = () => glass.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  expect(['rgb(16, 32, 24)', 'rgb(242, 246, 243)']).toContain(await ground())
  const before = await logo.getAttribute('src')
  await writeFile(join(bundle, 'logo.svg'), LOGO.replace('#0b5cad', '#7a1fa2'))
  await expect(logo).not.toHaveAttribute('src', before ?? '')
  // A bundle that is faulty elsewhere changes nothing on the glass; a logo that cannot be shown costs the logo alone.
  await writeFile(join(bundle, 'logo.svg'), '<!DOCTYPE svg>')
  await expect(logo).toHaveCount(0)
  await expect(glass.page.locator('.brand-mark')).toHaveText('F')
  await write({ name: '' })
  await expect.poll(world.log).toContain('bundle.refused')
  await expect(glass.page.getByText('Fabrikam Reception')).toBeAttached()
  const now = await world.watch.until('awaitingApproval')
  expect([now.helper.processId, now.session.userCode]).toEqual([helper.processId, session.userCode])
  const state = await runKioskctl(world.folders.runtime, 'state')
  expect(state.stdout).toContain('kiosk.json › brand.logo names logo.svg, which has a DOCTYPE')
  expect(state.stdout).toContain('kiosk.json › brand.colors.primary #ffcc00 has 1.')
})

test('refuses to start a sign-in with the vault on a disk, and says so on the screen', async ({ openWorld }) => {
  test.skip(process.platform !== 'linux', 'only Linux has memory file systems to insist on')
  const world = await openWorld({ runtimeParent: tmpdir() })
  const glass = await world.screen()
  await glass.shows('unprovisioned')
  await expect(glass.page.getByRole('main')).toContainText('tmpfs')
  expect(world.provider.journal.requests).toEqual([])
})
