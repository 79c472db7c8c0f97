/** Looks at a kiosk after something was done to it: is a session there that should not be, or gone that should be there? */
import { readdir } from 'node:fs/promises'
import type { DrillKiosk } from './drill-kiosk.ts'

/** After an end: the next state is a code for anybody, the vault is empty, and no secret stands anywhere. */
export async function findLeftovers(kiosk: DrillKiosk, what: string, endedHelperId: number | null): Promise<string[]> {
  const { screen, vault } = kiosk
  await screen.until('awaitingApproval', ({ helper }) => helper.processId !== endedHelperId)
  const leaks = (await kiosk.leaks()).map((place) => `${what}: a secret in ${place}`)
  const files = await readdir(vault)
  if (files.length > 0) leaks.push(`${what}: ${files.join()} still in the vault`)
  return leaks
}

/** The token that the session lives on still works: the provider renews it. */
export async function isRenewed(kiosk: DrillKiosk, sinceMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + 20_000
  while (performance.now() < deadlineMs) {
    const renewals = kiosk.provider.requests.filter(
      ({ atMs, grantType, outcome }) => atMs > sinceMs && grantType === 'refresh_token' && outcome?.status === 200,
    )
    if (renewals.length > 0) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}
