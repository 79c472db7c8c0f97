import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './kiosk-test.ts'

const BUNDLES: Record<string, string> = {
  'an empty kiosk.json': '',
  'a broken kiosk.json': '{ "version": 1,,',
  'a half-filled kiosk.json': JSON.stringify({ version: 1, identity: { provider: 'okta' } }),
}

for (const [what, text] of Object.entries(BUNDLES)) {
  test(`lists every fault of ${what} on the screen, and goes on once it is mended`, async ({ openWorld }) => {
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
  })
}

test('refuses to start a sign-in with the vault on a disk, and says so on the screen', async ({ openWorld }) => {
  test.skip(process.platform !== 'linux', 'only Linux has memory file systems to insist on')
  const world = await openWorld({ runtimeParent: tmpdir() })
  const glass = await world.screen()
  await glass.shows('unprovisioned')
  await expect(glass.page.getByRole('main')).toContainText('tmpfs')
  expect(world.provider.journal.requests).toEqual([])
})
