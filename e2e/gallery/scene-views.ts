/** Views for pictures and tests, parsed by the contract: a scene can never be a state that no kiosk is in. */
import type { z } from 'zod'
import { plainBrand } from '../../contract/brand.ts'
import { LANGUAGES } from '../../contract/languages.ts'
import type { KioskSnapshot, SessionState } from '../../contract/session-state.ts'
import { BRIDGE_CALLS, type KioskView } from '../../contract/window-bridge.ts'

const kioskViewSchema = BRIDGE_CALLS.getView.result

/** When every scene is seen, on the helper's monotonic clock. */
export const SCENE_NOW_MS = 3_600_000
/** The same moment on the wall clock. */
export const SCENE_EPOCH_MS = Date.UTC(2026, 0, 15, 9, 30)

/** What of a view a scene may choose beside its session. */
export type SceneSetting = {
  activation?: KioskSnapshot['device']['activation']
  app?: KioskSnapshot['app']
  display?: Omit<KioskSnapshot['display'], 'languages'>
  state?: Extract<KioskView, { kind: 'linked' }>['app']
}

const DISPLAY = { brand: plainBrand('Contoso Reception'), kioskName: 'Main lobby', place: 'Building 4' }

/** @throws ZodError for what no helper would send */
export function linked(
  session: SessionState,
  { app = null, display = DISPLAY, activation = null, state = 'closed' }: SceneSetting = {},
) {
  return kioskViewSchema.parse({
    kind: 'linked',
    app: state,
    snapshot: {
      sequence: 12,
      clock: { monotonicMs: SCENE_NOW_MS, epochMs: SCENE_EPOCH_MS },
      helper: { version: '0.1.0', processId: 1, startedAtEpochMs: SCENE_EPOCH_MS - SCENE_NOW_MS },
      device: { id: 'DR-0042', activation },
      display: { ...display, languages: [...LANGUAGES] },
      screen: { display: 'primary', dimAfterSeconds: null, sleepAfterMinutes: null },
      app,
      bundle: null,
      vault: 'tmpfs',
      session,
      painted: null,
    },
  } satisfies z.input<typeof kioskViewSchema>)
}

export function unlinked(everLinked: boolean): KioskView {
  return kioskViewSchema.parse({ kind: 'unlinked', everLinked })
}

type Approval = Extract<SessionState, { kind: 'awaitingApproval' }>

/** A provider that gives a complete link: scan and sign in. */
export function linkApproval(changes: Partial<Approval> = {}): Approval {
  return {
    kind: 'awaitingApproval',
    generation: 7,
    userCode: 'WDJB-MJHT',
    verificationUri: 'https://login.contoso.example/activate',
    qrText: 'https://login.contoso.example/activate?user_code=WDJB-MJHT',
    codePrefilled: true,
    issuedAtMs: SCENE_NOW_MS - 258_000,
    expiresAtMs: SCENE_NOW_MS + 642_000,
    replacedBecause: null,
    pollTrouble: null,
    ...changes,
  }
}

/** A provider that gives none, such as Entra ID: the code is typed. */
export function codeApproval(changes: Partial<Approval> = {}): Approval {
  return linkApproval({
    userCode: 'GTH4KP9QX',
    verificationUri: 'https://microsoft.com/devicelogin',
    qrText: 'https://microsoft.com/devicelogin',
    codePrefilled: false,
    ...changes,
  })
}

export function renewal(replacedBecause: 'expired' | 'used-up' = 'expired'): SessionState {
  return { kind: 'preparing', generation: 8, reason: 'renewal', replacedBecause }
}

export function confirming(displayName: string): SessionState {
  return { kind: 'confirming', generation: 7, displayName, confirmByMs: SCENE_NOW_MS + 42_000 }
}

export function signedIn(changes: Partial<Extract<SessionState, { kind: 'signedIn' }>> = {}): SessionState {
  return {
    kind: 'signedIn',
    generation: 7,
    displayName: 'Alex Rivera',
    since: SCENE_NOW_MS - 120_000,
    validUntil: SCENE_NOW_MS + 11 * 3_600_000 + 58 * 60_000,
    idleUntil: SCENE_NOW_MS + 900_000,
    ...changes,
  }
}

export function trouble(
  code: Extract<SessionState, { kind: 'trouble' }>['code'],
  changes: Partial<Extract<SessionState, { kind: 'trouble' }>> = {},
): SessionState {
  return {
    kind: 'trouble',
    code,
    providerError: null,
    since: SCENE_NOW_MS - 6_000,
    retryAt: SCENE_NOW_MS + 24_000,
    notBefore: null,
    ...changes,
  }
}

const PROBLEMS = [
  {
    code: 'bundle-invalid',
    where: 'kiosk.json › identity.issuer',
    what: 'is not an https URL',
    remedy:
      'Set the issuer exactly as the provider’s discovery document names it, such as "https://login.example.com".',
  },
  {
    code: 'bundle-invalid',
    where: 'kiosk.json › identity.clientId',
    what: 'is missing',
    remedy: 'Set the client id of the public client registered for kiosks at the provider.',
  },
  {
    code: 'bundle-invalid',
    where: 'kiosk.json › session.confirmSeconds',
    what: 'Too big: expected number to be <=600',
    remedy: 'Set whole seconds from 5 to 600.',
  },
  {
    code: 'bundle-file-missing',
    where: 'kiosk.json › network.trustedCaFiles.0',
    what: 'the file contoso-proxy-root.pem is not there',
    remedy: 'List PEM files that lie beside kiosk.json.',
  },
  {
    code: 'vault-not-tmpfs',
    where: '/run/digital-receptionist/vault',
    what: 'is on ext4, which is a disk',
    remedy:
      'Mount a tmpfs there: install the unit run-digital\\x2dreceptionist-vault.mount, or start the helper by its systemd unit.',
  },
  {
    code: 'environment-unsafe',
    where: 'KIOSK_RUNTIME_DIR',
    what: 'is owned by root, not by the helper’s account',
    remedy: 'chown receptionist:receptionist-link, mode 0750.',
  },
] as const

export function unprovisioned(problemCount: number): SessionState {
  const problems = Array.from({ length: problemCount }, (_, index) => {
    const problem = PROBLEMS[index % PROBLEMS.length]
    if (problem === undefined) throw new RangeError('there is no problem to show')
    return problem
  })
  return { kind: 'unprovisioned', problems }
}
