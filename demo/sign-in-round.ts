/** One sign-in and sign-out with everybody played: the phone approves on the provider's pages, real buttons are pressed. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KioskSnapshot } from '../contract/session-state.ts'
import type { KioskScreen } from './kiosk-screen.ts'
import { type KioskWatch, readKioskState } from './kiosk-watch.ts'
import type { Phone } from './phone.ts'
import { readQrCode } from './qr-reader.ts'

export type Round = {
  displayName: string
  userCode: string
  qrText: string
  /** From the approving press on the phone to the question on the glass. */
  approveToConfirmingMs: number
  /** From the helper's start to its first code on the glass. */
  startToCodeMs: number
  helperProcessId: number
  /** What the last page on the phone said: the provider's, or the company's portal's. */
  phoneSaid: string
}

/** @returns the snapshot in which the helper has heard that this state is on the glass */
async function untilPainted(runtimeFolder: string, { sequence, helper }: KioskSnapshot): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const snapshot = await readKioskState(runtimeFolder)
    const painted = snapshot?.helper.processId === helper.processId ? snapshot.painted : null
    if (painted && painted.sequence >= sequence) return painted.atEpochMs
    await sleep(50)
  }
  throw new Error('the shell did not report that it painted the state')
}

export type RoundOptions = {
  watch: KioskWatch
  screen: KioskScreen
  phone: Phone
  runtimeFolder: string
  account: { name: string }
  intervalSeconds: number
  /** The helper of the round before, which has been ended; null for the first round. */
  previousProcessId: number | null
  /** Keeps the picture of a state. */
  keepPicture: (kind: string, png: Buffer) => Promise<void>
}

export async function playRound(options: RoundOptions): Promise<Round> {
  const { watch, screen, phone, runtimeFolder, account, keepPicture } = options
  const limitMs = 60_000
  const waiting = await watch.until('awaitingApproval', {
    limitMs,
    test: ({ helper }) => helper.processId !== options.previousProcessId,
  })
  const { userCode, verificationUri } = waiting.session
  const paintedAtEpochMs = await untilPainted(runtimeFolder, waiting)
  const picture = await screen.picture('awaitingApproval')
  await keepPicture('awaitingApproval', picture)
  const qrText = readQrCode(picture)
  if (qrText === null) throw new Error('no QR code can be read from the picture of the screen')

  // People arrive at any moment of the polling interval.
  await sleep(Math.random() * options.intervalSeconds * 1000)
  const { approvedAtEpochMs, outcome: phoneSaid } = await phone.approve({ url: qrText, userCode, account })
  const confirming = await watch.until('confirming', { limitMs })
  const confirmingAtEpochMs = await untilPainted(runtimeFolder, confirming)
  await keepPicture('confirming', await screen.picture('confirming'))

  await screen.press('Start shift')
  const { session, app } = await watch.until('signedIn', { limitMs })
  // What is hosted has opened when it knows whom to greet.
  if (app !== null) await (await screen.hosted()).getByText(session.displayName).first().waitFor()
  await keepPicture('signedIn', await screen.picture('signedIn'))
  await screen.press('End shift')
  await watch.until('ended', { limitMs })
  await keepPicture('ended', await screen.picture('ended'))
  if (new URL(qrText).origin !== new URL(verificationUri).origin) throw new Error('the QR code leads somewhere else')
  return {
    displayName: session.displayName,
    userCode,
    qrText,
    approveToConfirmingMs: Math.round(confirmingAtEpochMs - approvedAtEpochMs),
    startToCodeMs: Math.round(paintedAtEpochMs - waiting.helper.startedAtEpochMs),
    helperProcessId: waiting.helper.processId,
    phoneSaid,
  }
}
