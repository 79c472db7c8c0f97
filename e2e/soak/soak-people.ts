/** Who comes to the kiosk in a soak: signs in, checks a visitor in and out, and leaves by the button or by just walking away. */
import type { KioskWatch } from '../../demo/kiosk-watch.ts'
import type { SoakKiosk } from './soak-kiosk.ts'

/** One person in so many walks away, and the session ends by itself. */
const WALKS_AWAY_EVERY = 25
const LIMIT_MS = 60_000

async function useReceptionApp({ screen }: SoakKiosk): Promise<void> {
  const app = await screen.hosted()
  await app.getByLabel('Name').click()
  await app.getByRole('button', { name: 'A', exact: true }).click()
  await app.getByRole('button', { name: 'Done' }).click()
  await app.getByRole('button', { name: 'Mei Tanaka' }).click()
  await app.getByRole('button', { name: 'Check in' }).click()
  const leave = app.getByRole('button', { name: 'Check out A' })
  await leave.click()
  await leave.waitFor({ state: 'detached' })
}

/** @param cycle counts from 1 */
export async function playPerson(kiosk: SoakKiosk, cycle: number): Promise<void> {
  const { provider, watch, screen } = kiosk
  const until = <K extends Parameters<KioskWatch['until']>[0]>(kind: K) => watch.until(kind, { limitMs: LIMIT_MS })
  await until('attract')
  await screen.press('Touch to sign in')
  const { session } = await until('awaitingApproval')
  await screen.shows('awaitingApproval')
  await provider.approve(session.userCode, provider.staff[cycle % provider.staff.length])
  await until('confirming')
  await screen.press('Start shift')
  await screen.shows('signedIn')
  await useReceptionApp(kiosk)
  if (cycle % WALKS_AWAY_EVERY !== 0) await screen.press('End shift')
  await until('attract')
  await screen.shows('attract')
}
