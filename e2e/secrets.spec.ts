import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findSecrets } from '../demo/find-secrets.ts'
import { expect, signIn, test } from './kiosk-test.ts'

test.skip(process.platform !== 'linux', 'looks into /proc')

test('leaves no token in any log, argument, environment or file outside the vault', async ({ openWorld }) => {
  const world = await openWorld({ accessTokenLifetimeSeconds: 6 })
  const { journal } = world.provider
  const folders = [world.folders.work, world.folders.runtime]
  const glass = await signIn(world)
  const refreshes = () =>
    journal.requests.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200)
  await expect.poll(() => refreshes().length, { timeout: 20_000 }).toBeGreaterThan(0)

  const signedIn = await findSecrets(journal.secrets(), folders)
  expect(journal.secrets().length).toBeGreaterThanOrEqual(7)
  // Helper, shell, PM2, the phone and their browsers at least, and a profile or two on disk.
  expect(signedIn.places).toBeGreaterThan(20)
  expect(signedIn.found).toEqual([])
  // The audit trail is among them, and tells of this session.
  const trail = join(world.folders.state, 'audit')
  expect(await readFile(join(trail, 'audit-000001.jsonl'), 'utf8')).toContain('"event":"token.refreshed"')
  // While signed in the vault holds them sealed: had they been in clear, the search above would have told.
  expect(await world.vaultFiles()).toEqual(['session.sealed'])

  await glass.press('End shift')
  await glass.shows('ended')
  await expect.poll(() => world.vaultFiles()).toEqual([])
  expect((await findSecrets(journal.secrets(), folders)).found).toEqual([])

  // The search itself finds what is there to be found.
  const canaries = [join(world.folders.work, 'canary.txt'), join(trail, 'canary.jsonl')]
  for (const canary of canaries) await writeFile(canary, `left behind: ${journal.secrets()[0]}`)
  expect((await findSecrets(journal.secrets(), folders)).found.toSorted()).toEqual(canaries.toSorted())
})

test('keeps the session going by a refresh that the person does not notice', async ({ openWorld }) => {
  const world = await openWorld({ accessTokenLifetimeSeconds: 4 })
  await signIn(world)
  const { journal } = world.provider
  const refreshes = () =>
    journal.requests.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200)
  await expect.poll(() => refreshes().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3)
  expect(world.watch.seen.at(-1)?.session.kind).toBe('signedIn')
})
