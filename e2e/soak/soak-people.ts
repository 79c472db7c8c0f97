/** Who comes to the kiosk in a soak: signs in, uses it, and leaves by the button or by just walking away. */
import type { HostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import type { KioskScreen } from '../../demo/kiosk-screen.ts'
import type { KioskWatch } from '../../demo/kiosk-watch.ts'

/** One person in so many walks away, and the session ends by itself. */
const WALKS_AWAY_EVERY = 25
const LIMIT_MS = 60_000

export type SoakPeople = {
  provider: HostileProvider
  watch: KioskWatch
  screen: KioskScreen
}

/** @param cycle counts from 1 */
export async function playPerson({ provider, watch, screen }: SoakPeople, cycle: number): Promise<void> {
  const { staff } = provider
  const until = <K extends Parameters<KioskWatch['until']>[0]>(kind: K) => watch.until(kind, { limitMs: LIMIT_MS })
  await until('attract')
  await screen.press('Touch to sign in')
  const { session } = await until('awaitingApproval')
  await screen.shows('awaitingApproval')
  await provider.approve(session.userCode, staff[cycle % staff.length])
  await until('confirming')
  await screen.press('Start shift')
  await screen.shows('signedIn')
  if (cycle % WALKS_AWAY_EVERY !== 0) await screen.press('End shift')
  await until('attract')
  await screen.shows('attract')
}
