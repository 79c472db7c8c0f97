/** A snapshot in words for a technician's terminal. Pure. */
import type { DeviceActivation, NotActiveBecause } from '../contract/activation.ts'
import type { BrandNotice } from '../contract/brand.ts'
import type { BundleStatus } from '../contract/bundle-status.ts'
import { readEntraHint } from '../contract/entra-hints.ts'
import { assertNever, type TroubleCode } from '../contract/kiosk-error.ts'
import { OPERATOR_HINTS } from '../contract/operator-hints.ts'
import type { KioskSnapshot, ProvisioningProblem, SessionState } from '../contract/session-state.ts'
import { supportCode } from '../contract/support-code.ts'

function inTime(atMs: number, nowMs: number): string {
  const seconds = Math.max(Math.round((atMs - nowMs) / 1000), 0)
  if (seconds < 90) return `${seconds} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

function describeTrouble(code: TroubleCode, providerError: string | null): string[] {
  const { meaning, remedy } = OPERATOR_HINTS[code]
  const entraHint = readEntraHint(providerError)
  return [
    `trouble   ${code}`,
    `support   ${[supportCode(code), providerError].filter((part) => part !== null).join(' · ')}`,
    `meaning   ${meaning}`,
    `remedy    ${remedy}`,
    ...(entraHint === null ? [] : [`Entra ID  ${entraHint}`]),
  ]
}

function describePollTrouble(code: TroubleCode): string[] {
  const { meaning, remedy } = OPERATOR_HINTS[code]
  return [
    `polling   fails: ${code} (${supportCode(code)}); the code stays good`,
    `meaning   ${meaning}`,
    `remedy    ${remedy}`,
  ]
}

function describeSession(session: SessionState, nowMs: number): string[] {
  switch (session.kind) {
    case 'starting':
    case 'attract':
      return []
    case 'unprovisioned':
      return session.problems.flatMap(describeProblem)
    case 'preparing':
      return [`asking for a code (${session.reason})`]
    case 'awaitingApproval':
      return [
        `code      ${session.userCode}`,
        `link      ${session.verificationUri}`,
        `expires   in ${inTime(session.expiresAtMs, nowMs)}`,
        ...(session.pollTrouble === null ? [] : describePollTrouble(session.pollTrouble)),
      ]
    case 'confirming':
      return [`person    ${session.displayName}`, `declines  in ${inTime(session.confirmByMs, nowMs)}`]
    case 'signedIn':
      return [
        `person    ${session.displayName}`,
        `ends      in ${inTime(session.validUntil, nowMs)}`,
        `idle      ${session.idleUntil === null ? 'no limit' : `ends in ${inTime(session.idleUntil, nowMs)} unless used`}`,
      ]
    case 'ended':
      return [`reason    ${session.reason}`]
    case 'trouble':
      return [...describeTrouble(session.code, session.providerError), `retries   in ${inTime(session.retryAt, nowMs)}`]
    default:
      return assertNever(session)
  }
}

const NOT_ACTIVE: Readonly<Record<NotActiveBecause, string>> = {
  never: 'the first sign-in by somebody who may activate it does so',
  'other-device': 'the record is of another device id; the next sign-in activates this one',
  'other-tenant': 'the record is of another issuer or tenant; the next sign-in activates it here',
  'other-installation': 'the record is of another installation of this system; the next sign-in activates it anew',
  damaged: 'the record is damaged; the next sign-in writes it anew',
  unreadable: 'KIOSK_STATE_DIR cannot be used; the helper’s log says why',
}

/** One line; an activation that does not last says so. */
export function describeActivation(activation: DeviceActivation): string {
  if (activation.kind === 'inactive') return `no (${activation.because}): ${NOT_ACTIVE[activation.because]}`
  const since = `since ${new Date(activation.sinceEpochMs).toISOString()}`
  return activation.isRecorded ? since : `${since}, not recorded: until the helper restarts`
}

/** What an operator has to know of a bundle that does not simply run. */
function describeBundle(bundle: BundleStatus | null): string[] {
  if (!bundle) return []
  const { signed, refused, waiting } = bundle
  const lines = signed ? [`bundle    version ${signed.version}, signed ${signed.issuedAt} with ${signed.keyId}`] : []
  if (waiting.length > 0) lines.push(`bundle    waits until nobody is disturbed: ${waiting.join(', ')}`)
  if (refused.length > 0) lines.push('bundle    refused: the last good one runs')
  return [...lines, ...refused.flatMap(describeProblem)]
}

function describeProblem({ code, where, what, remedy }: ProvisioningProblem): string[] {
  return [`✗ ${where} ${what} [${code}]`, `  → ${remedy}`]
}

/** One line. */
export function describeNotice({ where, what, remedy }: BrandNotice): string {
  return `${where} ${what}. ${remedy}`
}

export function describeSnapshot(snapshot: KioskSnapshot): string {
  const { session, clock, device, display, helper, painted, bundle, vault } = snapshot
  const place = [display.kioskName, display.place].filter(Boolean).join(' · ')
  const onGlass = painted
    ? `${painted.kind}${painted.generation === null ? '' : ` #${painted.generation}`}`
    : 'nothing yet'
  return [
    `state     ${session.kind}`,
    ...describeSession(session, clock.monotonicMs),
    `on glass  ${onGlass}`,
    ...describeBundle(bundle),
    ...display.brand.notices.map((notice) => `brand     ${describeNotice(notice)}`),
    `device    ${device.id}${place && ` (${place})`}`,
    ...(device.activation === null ? [] : [`activated ${describeActivation(device.activation)}`]),
    `vault     ${vault}`,
    `helper    ${helper.version}, process ${helper.processId}`,
  ].join('\n')
}
