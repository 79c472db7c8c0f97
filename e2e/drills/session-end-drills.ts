/** The ways in which a session ends by rule or by order, each followed by somebody who puts back a copy of its vault. */
import type { Drill, DrillOutcome, DrillTools } from './drill.ts'
import type { DrillKiosk, DrillKioskOptions } from './drill-kiosk.ts'
import { findLeftovers } from './look-afterwards.ts'
import { until } from './within.ts'

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
  const isRevoked = () => kiosk.provider.requests.some(({ endpoint, outcome }) => endpoint === 'revocation' && outcome)
  await until('the revocation', isRevoked)

  await kiosk.restoreVault(copy)
  const processId = await kiosk.helperId()
  await kiosk.killHelper()
  leaks.push(...(await findLeftovers(kiosk, 'a copy put back', processId)))
  return { times: 1, readable: 'nothing', leaks, lost: [], note: `"${reason}", revoked; a copy put back is wiped` }
}

/** With a session, without one, and once more. The keychain is asked by another process. */
async function playWipe(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk()
  await kiosk.signIn()
  const leaks: string[] = []
  const seen = new Set<string>()
  for (const what of ['wipe', 'wipe of an idle kiosk', 'wipe once more']) {
    const deviceKey = await kiosk.readKeychain('device-key DR-0042')
    if (deviceKey === 'none') throw new Error('no device key was in the keychain to be destroyed')
    if (seen.has(deviceKey)) leaks.push(`${what}: the device key before it is still in use`)
    seen.add(deviceKey)
    const processId = await kiosk.helperId()
    const said = await kiosk.kioskctl('wipe')
    if (!said.includes('device key: destroyed')) throw new Error(`kioskctl said "${said.trim()}"`)
    leaks.push(...(await findLeftovers(kiosk, what, processId)))
  }
  if (seen.has(await kiosk.readKeychain('device-key DR-0042'))) leaks.push('a destroyed device key came back')
  if ((await kiosk.readKeychain('handover DR-0042')) !== 'none') leaks.push('a handover key is in the keychain')
  return { times: 3, readable: 'nothing', leaks, lost: [], note: 'another device key each time; kioskctl says so' }
}

/**
 * A copy of one session's record is put in the place of the next one's: under the helper that wrote it, and under a fresh one,
 * whose first session carries the same number. Only the key tells them apart.
 */
async function playRestoredCopy(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk({ accessTokenLifetimeSeconds: 4 })
  await kiosk.signIn()
  const copy = await kiosk.copyVault()
  await kiosk.screen.press({ kind: 'signOut' })
  const leaks = await findLeftovers(kiosk, 'sign-out', null)
  for (const what of ['the same helper', 'a fresh helper']) {
    const { session } = await kiosk.signIn()
    await kiosk.restoreVault(copy)
    // The next renewal reads it.
    const { reason } = await kiosk.screen.until('ended')
    const isRead = reason !== 'not-renewed'
    if (isRead) leaks.push(`${what}: a session went on with a record that was copied before a wipe ("${reason}")`)
    leaks.push(...(await findLeftovers(kiosk, what, null)))
    const isSameNumber = session.kind === 'signedIn' && session.generation === 1
    if (what === 'a fresh helper' && !isSameNumber) throw new Error('the two sessions did not carry the same number')
    const processId = await kiosk.helperId()
    await kiosk.killHelper()
    await kiosk.screen.until('awaitingApproval', ({ helper }) => helper.processId !== processId)
  }
  return { times: 2, readable: 'nothing', leaks, lost: [], note: 'refused: the key of a session dies with its wipe' }
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
