/** The ways in which a session ends by rule or by order, each followed by somebody who puts back a copy of its vault. */
import type { Drill, DrillOutcome, DrillTools } from './drill.ts'
import type { DrillKiosk, DrillKioskOptions } from './drill-kiosk.ts'
import { findLeftovers } from './look-afterwards.ts'

/** A quarter of a minute is the shortest idle limit that a bundle may set. */
const IDLE = { session: { idleMinutes: 0.25 } }
/** Seven seconds. */
const SHORT_SHIFT = { session: { shiftHours: 0.002 } }

/** Signs in, copies the vault, ends the session, and then puts the copy back under a fresh helper. */
async function playEnd(
  tools: DrillTools,
  options: DrillKioskOptions,
  { reason, end }: { reason: string; end: (kiosk: DrillKiosk) => Promise<unknown> },
): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk(options)
  await kiosk.signIn()
  const copy = await kiosk.copyVault()
  await end(kiosk)
  const ended = await kiosk.screen.until('ended')
  if (ended.reason !== reason) throw new Error(`the session ended for "${ended.reason}", not for "${reason}"`)
  const leaks = await findLeftovers(kiosk, reason, null)

  await kiosk.restoreVault(copy)
  const processId = await kiosk.helperId()
  await kiosk.killHelper()
  leaks.push(...(await findLeftovers(kiosk, 'a copy put back', processId)))
  const isRevoked = kiosk.provider.requests.some(
    ({ endpoint, outcome }) => endpoint === 'revocation' && outcome !== null,
  )
  if (!isRevoked) throw new Error('the ended session was not revoked at the provider')
  return { times: 1, readable: 'nothing', leaks, lost: [], note: `"${reason}", revoked; a copy put back is noise` }
}

/** The device key goes as well: what was copied before is dead even for somebody who holds the session's own secret. */
async function playWipe(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk()
  const leaks: string[] = []
  await kiosk.signIn()
  const { vault } = await kiosk.diagnostics()
  if (vault?.deviceKey !== 'keychain') throw new Error('no device key was in the keychain to be destroyed')
  // With a session, without one, and once more.
  for (const what of ['wipe', 'wipe of an idle kiosk', 'wipe once more']) {
    const processId = await kiosk.helperId()
    await kiosk.kioskctl('wipe')
    leaks.push(...(await findLeftovers(kiosk, what, processId)))
  }
  if ((await kiosk.log()).split('"vault.destroyed"').length !== 4) throw new Error('the log does not prove the wipes')
  return {
    times: 3,
    readable: 'nothing',
    leaks,
    lost: [],
    note: 'device key destroyed, helper renewed, proof in the log',
  }
}

/** Under the very helper that wrote it, and again when the next person is signed in. */
async function playRestoredCopy(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk({ accessTokenLifetimeSeconds: 4 })
  await kiosk.signIn()
  const copy = await kiosk.copyVault()
  await kiosk.screen.press({ kind: 'signOut' })
  const leaks = await findLeftovers(kiosk, 'sign-out', null)
  await kiosk.restoreVault(copy)
  await kiosk.signIn()
  await kiosk.restoreVault(copy)
  // The next renewal reads it.
  const { reason } = await kiosk.screen.until('ended')
  if (reason !== 'not-renewed') throw new Error(`the session ended for "${reason}"`)
  leaks.push(...(await findLeftovers(kiosk, 'restored copy', null)))
  return { times: 2, readable: 'nothing', leaks, lost: [], note: 'noise: the key of a session dies with its wipe' }
}

const signOut = { reason: 'signed-out', end: (kiosk: DrillKiosk) => kiosk.screen.press({ kind: 'signOut' }) }
const nothing = async () => {}

export const SESSION_END_DRILLS: readonly Drill[] = [
  { name: 'logout', play: (tools) => playEnd(tools, {}, signOut) },
  { name: 'idle', play: (tools) => playEnd(tools, IDLE, { reason: 'idle', end: nothing }) },
  { name: 'shift limit', play: (tools) => playEnd(tools, SHORT_SHIFT, { reason: 'shift-over', end: nothing }) },
  {
    name: 'dead screen',
    play: (tools) => playEnd(tools, {}, { reason: 'screen-lost', end: (kiosk) => kiosk.screen.replace() }),
  },
  { name: 'remote wipe', needs: 'keychain', play: playWipe },
  { name: 'wiped, then a copy restored', play: playRestoredCopy },
]
