/** Changes how a kiosk in a given state stands with its gateway, and tells what came of it. Judges nothing. */
import type { SessionState } from '../../contract/session-state.ts'
import { DEMO_DEVICE_ID } from '../../demo/work-folders.ts'
import { until } from '../drills/within.ts'
import { ACTIVE_LIST, type AdmissionKiosk } from './admission-kiosk.ts'
import type { AdmissionChange, AdmissionSeen, AdmissionState } from './admission-table.ts'

/** A kiosk asks again by itself within a minute, and a busy machine takes its time. */
const LIMIT_MS = 90_000
const HELD_MS = 6_000

async function askForCode({ screen }: AdmissionKiosk): Promise<void> {
  await screen.until('attract')
  await screen.press({ kind: 'touch' })
}

async function approve({ provider, screen }: AdmissionKiosk): Promise<number> {
  const { userCode } = await screen.until('awaitingApproval')
  await provider.approve(userCode)
  return (await screen.until('confirming')).generation
}

async function bringTo(kiosk: AdmissionKiosk, state: AdmissionState): Promise<void> {
  const { provider, screen } = kiosk
  // The first question is over: what comes then is about the change.
  await until('the gateway’s first answer', () => kiosk.output().includes('device.active'))
  if (state === 'attract') return void (await screen.until('attract'))
  if (state === 'preparing') {
    provider.play(({ endpoint }) => (endpoint === 'device' ? { kind: 'delay', ms: HELD_MS } : null))
  }
  if (state === 'trouble')
    provider.play(({ endpoint }) => (endpoint === 'device' ? { kind: 'status', status: 503 } : null))
  await askForCode(kiosk)
  if (state === 'preparing') {
    return until('a request for a code', () => provider.requests.some(({ endpoint }) => endpoint === 'device'))
  }
  if (state === 'trouble') return void (await screen.until('trouble'))
  await screen.until('awaitingApproval')
  if (state === 'awaitingApproval') return
  const generation = await approve(kiosk)
  if (state === 'confirming') return
  await screen.press({ kind: 'confirmPresence', generation })
  await screen.until('signedIn')
}

/** @returns what undoes it */
async function makeChange(kiosk: AdmissionKiosk, change: AdmissionChange): Promise<() => Promise<void>> {
  const { gateway } = kiosk
  switch (change) {
    case 'rotated': {
      const next = await kiosk.renew(DEMO_DEVICE_ID)
      await kiosk.install(next)
      return () => kiosk.seeCertificate(next.cert)
    }
    case 'suspended':
      await gateway.reload(`${DEMO_DEVICE_ID} suspended`)
      return () => gateway.reload(ACTIVE_LIST)
    case 'revoked':
      await kiosk.revoke(DEMO_DEVICE_ID)
      return async () => kiosk.install(await kiosk.issue(DEMO_DEVICE_ID))
    case 'away':
      await gateway.stop()
      return () => gateway.startAgain()
  }
}

function describe(session: SessionState): string {
  if (session.kind === 'trouble') return `trouble ${session.code}`
  if (session.kind === 'ended') return `ended ${session.reason}`
  if (session.kind === 'awaitingApproval' && session.pollTrouble !== null)
    return `${session.kind} ${session.pollTrouble}`
  return session.kind
}

const sessionOf = ({ screen }: AdmissionKiosk): SessionState => screen.snapshot()?.session ?? { kind: 'starting' }

/** Waits for the state that says what has happened, whatever it is. */
async function settle(kiosk: AdmissionKiosk, state: AdmissionState, change: AdmissionChange): Promise<string> {
  const isOfGateway = (text: string) => / (device|gateway)-/.test(text)
  const hasTokens = state === 'confirming' || state === 'signedIn'
  if (change === 'away' && hasTokens) {
    await until('a word of the gateway’s silence', () => kiosk.output().includes('gateway.unanswered'), LIMIT_MS)
  } else {
    await until('a word of the gateway', () => isOfGateway(describe(sessionOf(kiosk))), LIMIT_MS)
  }
  return describe(sessionOf(kiosk))
}

async function playRotation(kiosk: AdmissionKiosk, state: AdmissionState): Promise<AdmissionSeen> {
  const isInUse = await makeChange(kiosk, 'rotated')
  if (state === 'ended') await kiosk.screen.press({ kind: 'signOut' })
  await isInUse()
  kiosk.provider.play(null)
  if (state === 'preparing' || state === 'trouble') await kiosk.screen.until('awaitingApproval', undefined, LIMIT_MS)
  if (state === 'ended') await kiosk.screen.until('attract')
  const screen = describe(sessionOf(kiosk))
  return { isTouched: false, screen, isWiped: null, hasLeaked: false, afterwards: 'new certificate in use' }
}

async function recover(kiosk: AdmissionKiosk, screen: string, codeBefore: string | null): Promise<string> {
  const refreshes = () => kiosk.provider.requests.filter(({ endpoint }) => endpoint === 'token').length
  if (screen === 'confirming' || screen === 'signedIn') {
    const session = sessionOf(kiosk)
    if (session.kind === 'confirming') {
      await kiosk.screen.press({ kind: 'confirmPresence', generation: session.generation })
    }
    const before = refreshes()
    await until('a renewal', () => refreshes() > before, LIMIT_MS)
    return sessionOf(kiosk).kind === 'signedIn' ? 'the session goes on' : `then ${describe(sessionOf(kiosk))}`
  }
  if (screen.startsWith('ended')) {
    await askForCode(kiosk)
    // The first touch may come before the kiosk has heard of its new standing.
    await kiosk.screen.until('awaitingApproval', undefined, LIMIT_MS)
    return 'a code at a touch'
  }
  const { userCode } = await kiosk.screen.until(
    'awaitingApproval',
    (_, { pollTrouble }) => pollTrouble === null,
    LIMIT_MS,
  )
  return userCode === codeBefore ? 'the same code goes on' : 'a code by itself'
}

/** @returns what was seen, in the words of the table */
export async function playAdmission(
  kiosk: AdmissionKiosk,
  state: AdmissionState,
  change: AdmissionChange,
): Promise<AdmissionSeen> {
  await bringTo(kiosk, state)
  if (change === 'rotated') return playRotation(kiosk, state)
  const shown = sessionOf(kiosk)
  const undo = await makeChange(kiosk, change)
  if (state === 'ended') {
    await kiosk.screen.press({ kind: 'signOut' })
    await kiosk.screen.until('ended')
  }
  const isTouched = state === 'attract' || state === 'ended'
  if (isTouched) await askForCode(kiosk)
  const screen = await settle(kiosk, state, change)
  const askedBefore = kiosk.provider.requests.length
  const isOver = screen === 'ended device-refused'
  if (isOver) await until('the wipe', async () => (await kiosk.vaultFiles()).length === 0).catch(() => {})
  const isWiped = isOver ? (await kiosk.vaultFiles()).length === 0 : null
  kiosk.provider.play(null)
  const hasLeaked = kiosk.provider.requests.length > askedBefore
  await undo()
  const afterwards = await recover(kiosk, screen, shown.kind === 'awaitingApproval' ? shown.userCode : null)
  return { isTouched, screen, isWiped, hasLeaked, afterwards }
}
