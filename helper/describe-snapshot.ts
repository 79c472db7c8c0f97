/** A snapshot in words for a technician's terminal. Pure. */
import { assertNever } from '../contract/kiosk-error.ts'
import type { KioskSnapshot, SessionState } from '../contract/session-state.ts'

function inTime(atMs: number, nowMs: number): string {
  const seconds = Math.max(Math.round((atMs - nowMs) / 1000), 0)
  if (seconds < 90) return `${seconds} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

function describeSession(session: SessionState, nowMs: number): string[] {
  switch (session.kind) {
    case 'starting':
    case 'attract':
      return []
    case 'unprovisioned':
      return session.problems.flatMap(({ code, where, what, remedy }) => [
        `✗ ${where} ${what} [${code}]`,
        `  → ${remedy}`,
      ])
    case 'preparing':
      return [`asking for a code (${session.reason})`]
    case 'awaitingApproval':
      return [
        `code      ${session.userCode}`,
        `link      ${session.verificationUri}`,
        `expires   in ${inTime(session.expiresAtMs, nowMs)}`,
      ]
    case 'confirming':
      return [`person    ${session.displayName}`, `declines  in ${inTime(session.confirmByMs, nowMs)}`]
    case 'signedIn':
      return [`person    ${session.displayName}`, `ends      in ${inTime(session.validUntil, nowMs)}`]
    case 'ended':
      return [`reason    ${session.reason}`]
    case 'trouble':
      return [`code      ${session.code}`, `retries   in ${inTime(session.retryAt, nowMs)}`]
    default:
      return assertNever(session)
  }
}

export function describeSnapshot({ session, clock, device, display, helper, painted, vault }: KioskSnapshot): string {
  const place = [display.kioskName, display.place].filter(Boolean).join(' · ')
  const onGlass = painted
    ? `${painted.kind}${painted.generation === null ? '' : ` #${painted.generation}`}`
    : 'nothing yet'
  return [
    `state     ${session.kind}`,
    ...describeSession(session, clock.monotonicMs),
    `on glass  ${onGlass}`,
    `device    ${device.id}${place && ` (${place})`}`,
    `vault     ${vault}`,
    `helper    ${helper.version}, process ${helper.processId}`,
  ].join('\n')
}
