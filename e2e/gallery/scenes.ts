/** Every screen of the kiosk in every state worth a look: what pictures, layout checks and accessibility tests walk over. */
import { plainBrand } from '../../contract/brand.ts'
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import { TROUBLE_CODES } from '../../contract/kiosk-error.ts'
import type { EndReason, SessionState } from '../../contract/session-state.ts'
import type { SupportStatus } from '../../contract/support.ts'
import type { TechnicianChallengeResult } from '../../contract/technician-access.ts'
import type { KioskView } from '../../contract/window-bridge.ts'
import { PRETENDED_BRAND } from './pretended-brand.ts'
import {
  codeApproval,
  confirming,
  linkApproval,
  linked,
  renewal,
  SCENE_EPOCH_MS,
  SCENE_NOW_MS,
  signedIn,
  trouble,
  unlinked,
  unprovisioned,
} from './scene-views.ts'
import { STATUS, TROUBLED_STATUS } from './support-answers.ts'

/** The support overlay, opened over the scene, and what the helper answers there. */
export type SupportScene = {
  page: 'status' | 'freshCode' | 'technician' | 'device' | 'checks' | 'events' | 'takeAway'
  status: SupportStatus
  challenge: TechnicianChallengeResult
  digits: string
  isRight: boolean
}

export type Scene = {
  /** On the command line and in file names. */
  name: string
  /** What the page is given, one after the other; it shows the last. */
  views: readonly [KioskView, ...KioskView[]]
  /** `data-screen` of what is then on the glass. */
  screen: SessionState['kind'] | 'unlinked' | 'support'
  /** How long the last view has been there, on the page's clock. */
  afterMs: number
  /** What a person opened at the foot of the screen. */
  sheet?: 'help' | 'languages'
  support?: SupportScene
}

/** Longer than a finger's settling time, so that buttons are open. */
const SETTLED_MS = 1_000

const scene = (name: string, last: KioskView, { before = [] as KioskView[], afterMs = SETTLED_MS } = {}): Scene => {
  const screen = last.kind === 'unlinked' ? 'unlinked' : last.snapshot.session.kind
  const [first = last, ...rest] = [...before, last]
  return { name, views: [first, ...rest], screen, afterMs }
}

const LONG_ADDRESS = 'https://login.microsoftonline.com/common/oauth2/deviceauth'
const LONG_NAME = 'Alexandria Montgomery-Fitzgerald-Hohenlohe'
const LONG_DISPLAY = {
  brand: plainBrand('Contoso International Visitor Reception Services'),
  kioskName: 'Second floor, north wing, visitor entrance',
  place: 'Headquarters campus, Building 42 East',
}
const BRANDED_DISPLAY = { brand: PRETENDED_BRAND, kioskName: 'Main lobby', place: 'Harbour house' }
const NOT_ACTIVATED = { kind: 'inactive', because: 'never' } as const
/** By the session of `signedIn`. */
const ACTIVATED = {
  kind: 'active',
  sinceEpochMs: SCENE_EPOCH_MS - 5_000,
  generation: 7,
  isRecorded: true,
} as const
const APP = { url: 'https://reception.example.com/kiosk', apiOrigins: [], permissions: [] }

const soon = { issuedAtMs: SCENE_NOW_MS - 855_000, expiresAtMs: SCENE_NOW_MS + 45_000 }

/** Words of its own each; wording is a record over this union, so that a new reason is missed by the compiler there. */
const END_REASONS: readonly EndReason[] = [
  'signed-out',
  'not-me',
  'not-confirmed',
  'shift-over',
  'idle',
  'provider-ended',
  'not-renewed',
  'device-refused',
  'screen-lost',
  'wiped',
  'restarted',
]

const ended = (reason: EndReason) =>
  scene(`ended-${reason}`, linked({ kind: 'ended', reason, untilMs: SCENE_NOW_MS + 3_000 }))

const CHALLENGE = {
  kind: 'challenge',
  challenge: '7K3M-2QPX',
  expiresAtMs: SCENE_NOW_MS + 280_000,
  triesLeft: 5,
} as const

const asked = (from: Scene, sheet: 'help' | 'languages'): Scene => ({ ...from, name: `${from.name}-${sheet}`, sheet })

const support = (name: string, given: Partial<SupportScene>, over = linked({ kind: 'attract' })): Scene => ({
  ...scene(`support-${name}`, over),
  screen: 'support',
  support: { page: 'technician', status: STATUS, challenge: CHALLENGE, digits: '', isRight: false, ...given },
})

/** Behind the technician's code. */
const granted = (page: SupportScene['page']) => support(page, { page, digits: '4021955310', isRight: true })

/** One scene of each screen: what the quick run takes. */
export const MAIN_SCENES: readonly Scene[] = [
  scene('attract', linked({ kind: 'attract' })),
  scene('preparing', linked({ kind: 'preparing', generation: 7, reason: 'request', replacedBecause: null })),
  scene('approve-link', linked(linkApproval())),
  scene('approve-code', linked(codeApproval())),
  scene('confirming', linked(confirming('Alex'))),
  scene('signed-in', linked(signedIn())),
  scene('idle-warning', linked(signedIn({ idleUntil: SCENE_NOW_MS + 36_000 })), { afterMs: 20_000 }),
  ended('signed-out'),
  scene('trouble-provider-unreachable', linked(trouble('provider-unreachable'))),
  scene('unprovisioned-3', linked(unprovisioned(3))),
  asked(scene('approve-link', linked(linkApproval())), 'help'),
  support('status', { page: 'status' }, linked(signedIn(), { activation: ACTIVATED })),
  support('challenge', { digits: '402' }),
]

const FURTHER_SCENES: readonly Scene[] = [
  scene('starting', linked({ kind: 'starting' })),
  scene('unlinked-first', unlinked(false)),
  scene('unlinked-away', unlinked(true)),
  ...[1, 6, 14].map((count) => scene(`unprovisioned-${count}`, linked(unprovisioned(count)))),
  scene('attract-branded', linked({ kind: 'attract' }, { display: BRANDED_DISPLAY })),
  scene('approve-link-branded', linked(linkApproval(), { display: BRANDED_DISPLAY })),
  scene('signed-in-branded', linked(signedIn(), { display: BRANDED_DISPLAY })),
  scene('attract-long-names', linked({ kind: 'attract' }, { display: LONG_DISPLAY })),
  scene('attract-not-activated', linked({ kind: 'attract' }, { display: LONG_DISPLAY, activation: NOT_ACTIVATED })),
  scene(
    'approve-link-long',
    linked(
      linkApproval({
        verificationUri: LONG_ADDRESS,
        qrText: `${LONG_ADDRESS}?user_code=WDJB-MJHT&client=kiosk-main-lobby-dr-0042`,
      }),
      { display: LONG_DISPLAY },
    ),
  ),
  scene('approve-link-soon', linked(linkApproval(soon))),
  scene('approve-link-trouble', linked(linkApproval({ pollTrouble: 'provider-unreachable' }))),
  scene('approve-link-replaced', linked(linkApproval({ replacedBecause: 'used-up' }))),
  scene('approve-link-renewal', linked(renewal()), { before: [linked(linkApproval())] }),
  scene('approve-code-6', linked(codeApproval({ userCode: '482913' }))),
  scene('approve-code-7', linked(codeApproval({ userCode: 'KM7TR4Q' }))),
  scene('approve-code-8', linked(codeApproval({ userCode: 'BCDFGHJK' }))),
  scene('approve-code-dash', linked(codeApproval({ userCode: 'WDJB-MJHT' }))),
  scene('approve-code-long', linked(codeApproval({ verificationUri: LONG_ADDRESS, qrText: LONG_ADDRESS }))),
  scene('approve-code-soon', linked(codeApproval(soon))),
  scene('approve-code-trouble', linked(codeApproval({ pollTrouble: 'provider-timeout' }))),
  scene('approve-code-replaced', linked(codeApproval({ replacedBecause: 'expired' }))),
  scene('approve-code-renewal', linked(renewal()), { before: [linked(codeApproval())] }),
  scene('confirming-long-name', linked(confirming(LONG_NAME))),
  scene('signed-in-long-name', linked(signedIn({ displayName: 'Alexandria Montgomery-Fitzgerald' }))),
  scene(
    'signed-in-activated',
    linked(signedIn({ since: SCENE_NOW_MS - 5_000, displayName: LONG_NAME }), { activation: ACTIVATED }),
  ),
  scene('signed-in-app-opening', linked(signedIn(), { app: APP, state: 'opening' })),
  scene('signed-in-app-unreachable', linked(signedIn(), { app: APP, state: 'unreachable' })),
  ...END_REASONS.filter((reason) => reason !== 'signed-out').map(ended),
  scene('trouble-too-many-codes', linked(trouble('too-many-codes', { notBefore: SCENE_NOW_MS + 24_000 }))),
  scene(
    'trouble-gateway-rate-limited',
    linked(
      trouble('gateway-rate-limited', {
        notBefore: SCENE_NOW_MS + 5_000,
        retryAt: SCENE_NOW_MS + 5_000,
        providerError: 'rate-limited',
      }),
    ),
  ),
  scene(
    'trouble-device-not-admitted',
    linked(trouble('device-not-admitted', { providerError: 'certificate-revoked' })),
  ),
  scene(
    'trouble-provider-refused-client',
    linked(trouble('provider-refused-client', { providerError: 'AADSTS7000218' })),
  ),
  scene('trouble-retrying', linked(trouble('captive-portal', { retryAt: SCENE_NOW_MS }))),
  asked(scene('attract', linked({ kind: 'attract' })), 'languages'),
  asked(scene('approve-code', linked(codeApproval())), 'languages'),
  asked(
    scene('approve-code-long', linked(codeApproval({ verificationUri: LONG_ADDRESS, qrText: LONG_ADDRESS }))),
    'help',
  ),
  asked(scene('trouble-provider-unreachable', linked(trouble('provider-unreachable'))), 'help'),
  support('status-trouble', { page: 'status', status: TROUBLED_STATUS }, linked(trouble('provider-unreachable'))),
  support('status-unlinked', { page: 'status' }, unlinked(true)),
  support('fresh-code', { page: 'freshCode' }, linked(linkApproval())),
  support('fresh-code-question', { page: 'freshCode' }, linked(signedIn())),
  support('unavailable', { challenge: { kind: 'unavailable', because: 'no-secret' } }),
  support('locked', { challenge: { kind: 'locked', untilMs: SCENE_NOW_MS + 754_000 } }),
  support('wrong', { digits: '4021955310' }),
  ...(['device', 'checks', 'events', 'takeAway'] as const).map(granted),
]

export const GALLERY_SCENES: readonly Scene[] = [...MAIN_SCENES, ...FURTHER_SCENES]

const pictured = new Set(GALLERY_SCENES.map(({ name }) => name))
const longestProviderError = 'x'.repeat(64)

/** Beside the gallery's: states whose words must fit although nobody needs another picture of them. */
export const WORDING_SCENES: readonly Scene[] = TROUBLE_CODES.flatMap((code: TroubleCode) => [
  ...(pictured.has(`trouble-${code}`) ? [] : [scene(`trouble-${code}`, linked(trouble(code)))]),
  scene(`trouble-${code}-with-error`, linked(trouble(code, { providerError: longestProviderError }))),
])

export const isAboutQr = ({ name }: Scene): boolean => name.startsWith('approve-')
