/** Changes the bundle of a kiosk in a given state, and tells what came of it. Judges nothing. */
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { FIRST_VERSION, type ReloadKiosk } from './reload-kiosk.ts'
import { bringTo, leaveState, type ReloadState } from './reload-states.ts'
import type { ReloadChange, Seen } from './reload-table.ts'

const NEXT_VERSION = FIRST_VERSION + 1
const NEXT_BRAND = 'Fabrikam'
/** From what the helper says of a bundle to what it does about it: the same moment, told in two messages. */
const TOLD_APART_MS = 500

type Made = {
  /** What the screen shows, or runs with, once the change is taken. */
  isTaken: (snapshot: KioskSnapshot) => boolean
  /** Puts the rest of a half-written bundle there. */
  complete?: () => Promise<void>
}

const runsVersion = (version: number) => (snapshot: KioskSnapshot) =>
  snapshot.bundle?.signed?.version === version &&
  snapshot.bundle.waiting.length === 0 &&
  snapshot.bundle.refused.length === 0

async function makeChange(kiosk: ReloadKiosk, change: ReloadChange): Promise<Made> {
  const { folders, otherProvider } = kiosk
  const isTaken = runsVersion(NEXT_VERSION)
  switch (change) {
    case 'brand': {
      await kiosk.install(await kiosk.prepare(NEXT_VERSION, { brandName: NEXT_BRAND }))
      return { isTaken: (snapshot) => isTaken(snapshot) && snapshot.display.brand.name === NEXT_BRAND }
    }
    case 'settings':
      await kiosk.install(await kiosk.prepare(NEXT_VERSION, { session: { shiftHours: 8 } }))
      return { isTaken }
    case 'other-tenant': {
      const { issuer, clientId } = otherProvider
      await kiosk.install(await kiosk.prepare(NEXT_VERSION, { issuer, clientId }))
      return { isTaken }
    }
    case 'bad':
      await writeFile(join(folders.bundle, 'kiosk.json'), '{ "version": 1, "brand"')
      return { isTaken }
    case 'downgraded':
      await kiosk.install(await kiosk.prepare(FIRST_VERSION - 1, { brandName: NEXT_BRAND }))
      return { isTaken }
    case 'unsigned':
      await kiosk.install(await kiosk.prepare(NEXT_VERSION, { brandName: NEXT_BRAND }), ['kiosk.json'])
      await rm(join(folders.bundle, 'bundle.jws'))
      return { isTaken }
    case 'half-written': {
      const prepared = await kiosk.prepare(NEXT_VERSION, { brandName: NEXT_BRAND })
      const whole = await kiosk.read(prepared)
      await kiosk.install(prepared, ['bundle.jws'])
      await writeFile(join(folders.bundle, 'kiosk.json'), whole.slice(0, whole.length / 2))
      return {
        isTaken: (snapshot) => isTaken(snapshot) && snapshot.display.brand.name === NEXT_BRAND,
        complete: () => kiosk.install(prepared),
      }
    }
  }
}

/** Of the session machine, while a change was taken over. */
function readEnded(output: string): string | null {
  return /"event":"settingsChanged","from":"(\w+)"/.exec(output)?.[1] ?? null
}

async function checkOtherProvider(kiosk: ReloadKiosk, askedBefore: number): Promise<void> {
  const { provider, otherProvider, screen } = kiosk
  const left = await readdir(join(kiosk.folders.runtime, 'vault'))
  if (left.length > 0) throw new Error(`the vault still holds ${left.join()}`)
  await kiosk.see('rest', ({ session }) => session.kind === 'attract')
  await screen.press({ kind: 'touch' })
  const { verificationUri } = await screen.until('awaitingApproval')
  if (!verificationUri.startsWith(otherProvider.issuer)) throw new Error(`the code is of ${verificationUri}`)
  const asked = provider.requests.filter(({ endpoint }) => endpoint === 'device').length
  if (asked > askedBefore) throw new Error('the old provider was asked for another code')
}

export async function playChange(kiosk: ReloadKiosk, state: ReloadState, change: ReloadChange): Promise<Seen> {
  await bringTo(kiosk, state)
  const { provider, screen } = kiosk
  const before = await kiosk.see('a first look', () => true)
  const countAsked = () => provider.requests.filter(({ endpoint }) => endpoint === 'device').length
  let askedBefore = 0
  const made = await makeChange(kiosk, change)
  if (state === 'ended') {
    await screen.press({ kind: 'signOut' })
    await screen.until('ended')
  }

  const isNext = ({ helper }: KioskSnapshot) => helper.processId !== before.helper.processId
  const refused: string[] = []
  let hasWaited = false

  if (['bad', 'downgraded', 'unsigned', 'half-written'].includes(change)) {
    const { bundle } = await kiosk.see('a refusal', (snapshot) => (snapshot.bundle?.refused.length ?? 0) > 0)
    refused.push(...(bundle?.refused ?? []).map(({ code }) => code))
  }
  await made.complete?.()
  if (change === 'settings' || change === 'other-tenant') {
    const told = await kiosk.see('a word of the change', (now) => isNext(now) || (now.bundle?.waiting.length ?? 0) > 0)
    // Until the helper has seen the change it may go on as it did.
    askedBefore = countAsked()
    if (!isNext(told)) await sleep(TOLD_APART_MS)
    hasWaited = !/"event":"bundle.taken","effect":|"why":"provisioning changed"/.test(kiosk.output())
    if (hasWaited) await leaveState(kiosk, state)
  }
  const isRefused = refused.length > 0 && !made.complete
  const after = isRefused
    ? await kiosk.see('the last good bundle', ({ bundle }) => bundle?.signed?.version === FIRST_VERSION)
    : await kiosk.see('the new bundle', made.isTaken)
  if (isRefused) checkUndisturbed(state, before, after)
  const ended = readEnded(kiosk.output())
  if (change === 'other-tenant') await checkOtherProvider(kiosk, askedBefore)
  return {
    refused,
    hasWaited,
    ended,
    isRevoked: ended !== null && provider.requests.some(({ endpoint }) => endpoint === 'revocation'),
    helper: isNext(after) ? 'next' : 'same',
    isTaken: made.isTaken(after),
  }
}

/** States that go on by themselves aside. */
function checkUndisturbed(state: ReloadState, before: KioskSnapshot, after: KioskSnapshot): void {
  if (['ended', 'trouble', 'preparing'].includes(state)) return
  const [was, is] = [before.session, after.session]
  const generations = [was, is].map((session) => ('generation' in session ? session.generation : null))
  if (was.kind !== is.kind || generations[0] !== generations[1]) throw new Error(`${was.kind} became ${is.kind}`)
}
