import { findSecrets } from '../demo/find-secrets.ts'
import { runKioskctl } from '../demo/kiosk-watch.ts'
import { searchMemory } from '../demo/search-memory.ts'
import { listKioskProcesses } from './kiosk-family.ts'
import { expect, type KioskWorld, signIn, test } from './kiosk-test.ts'

test.skip(process.platform !== 'linux', 'looks into /proc')

type Counts = { process: string; mebibytes: number } & Record<string, number | string>

/** What of this run's secrets stands in the memory of each process of the kiosk. */
async function readCounts({ kiosk, provider }: KioskWorld): Promise<Counts[]> {
  const { journal } = provider
  const groups = {
    refresh: journal.secretsOf('refresh token'),
    access: journal.secretsOf('access token'),
    id: journal.secretsOf('ID token'),
    code: journal.secretsOf('device code'),
  }
  const counts: Counts[] = []
  for (const { processId, name } of await listKioskProcesses(kiosk)) {
    const search = await searchMemory(processId, groups)
    counts.push({ process: name, mebibytes: Math.round(search.bytes / 1024 / 1024), ...search.counts })
  }
  return counts
}

const inHelper = ({ process }: Counts) => process === 'helper'

test('keeps tokens out of every memory but the helper’s, and gives that back once the kiosk rests', async ({
  openWorld,
}) => {
  const world = await openWorld({
    accessTokenLifetimeSeconds: 6,
    session: { start: 'touch' },
    vault: { forgetAfterSeconds: 1 },
  })
  const { journal } = world.provider
  await world.watch.until('attract')
  await runKioskctl(world.folders.runtime, 'touch')
  const glass = await signIn(world)
  const refreshes = () =>
    journal.requests.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200)
  await expect.poll(() => refreshes().length, { timeout: 20_000 }).toBeGreaterThan(0)

  const signedIn = await readCounts(world)
  console.table(signedIn)
  // The search finds what is there: the helper is at work with them.
  expect(signedIn.find(inHelper)?.access).toBeGreaterThan(0)
  expect(signedIn.find(inHelper)?.refresh).toBeGreaterThan(0)
  for (const counts of signedIn.filter((one) => !inHelper(one))) {
    expect(counts, counts.process).toMatchObject({ refresh: 0, access: 0, id: 0, code: 0 })
  }

  await glass.press('End shift')
  await glass.shows('ended')
  await expect.poll(() => world.vaultFiles()).toEqual([])
  const helperId = await world.kiosk.processId('helper')
  const signedOut = await readCounts(world)
  console.table(signedOut)
  for (const counts of signedOut.filter((one) => !inHelper(one))) {
    expect(counts, counts.process).toMatchObject({ refresh: 0, access: 0, id: 0, code: 0 })
  }

  // What JavaScript could not overwrite is gone with its process, as soon as nobody needs the kiosk.
  await world.watch.until('attract', { limitMs: 40_000, test: ({ helper }) => helper.processId !== helperId })
  const rested = await readCounts(world)
  console.table(rested)
  for (const counts of rested) expect(counts, counts.process).toMatchObject({ refresh: 0, access: 0, id: 0 })

  const folders = [world.folders.work, world.folders.runtime, '/dev/shm']
  expect((await findSecrets(journal.secrets(), folders)).found).toEqual([])
})
