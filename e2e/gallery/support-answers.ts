/** What the helper tells the support overlay in pictures and tests, parsed by the contract like the views. */
import { OPERATOR_HINTS } from '../../contract/operator-hints.ts'
import {
  CHECK_NAMES,
  type CheckName,
  ENDPOINT_NAMES,
  type SupportChecks,
  type SupportDiagnostics,
  type SupportStatus,
  supportChecksSchema,
  supportDiagnosticsSchema,
  supportStatusSchema,
} from '../../contract/support.ts'
import { SCENE_EPOCH_MS, SCENE_NOW_MS } from './scene-views.ts'

export const STATUS: SupportStatus = supportStatusSchema.parse({
  lastTokenIssueEpochMs: SCENE_EPOCH_MS - 25 * 60_000,
  token: { issuedAtMs: SCENE_NOW_MS - 1_500_000, expiresAtMs: SCENE_NOW_MS + 2_100_000, isRenewed: true },
  connection: { kind: 'answered', atMs: SCENE_NOW_MS - 12_000 },
  lastFault: { supportCode: 'PU-859', atEpochMs: SCENE_EPOCH_MS - 3 * 3_600_000 },
} satisfies SupportStatus)

export const TROUBLED_STATUS: SupportStatus = supportStatusSchema.parse({
  lastTokenIssueEpochMs: null,
  token: null,
  connection: { kind: 'failing', sinceMs: SCENE_NOW_MS - 754_000, code: 'provider-unreachable' },
  lastFault: { supportCode: 'PU-859', atEpochMs: SCENE_EPOCH_MS - 754_000 },
} satisfies SupportStatus)

const FAULTS: Partial<Record<CheckName, Pick<SupportChecks['checks'][number], 'state' | 'code' | 'remedy'>>> = {
  connect: {
    state: 'failed',
    code: 'connection-refused',
    remedy:
      'Check the cable or the wireless network, and that the firewall lets the kiosk reach this host on port 443.',
  },
  clock: { state: 'warning', code: 'clock-wrong', remedy: OPERATOR_HINTS['clock-wrong'].remedy },
  proxy: { state: 'skipped', code: null, remedy: null },
}

/** What each line has room for at the least: long words, and a line where nothing was found. */
const FOUND: Partial<Record<CheckName, string>> = {
  config: 'entra',
  helper: 'version 0.1.0',
  supervision: 'PM2',
  vault: 'tmpfs',
  'device-key': 'credential',
  certificate: 'DR-0042, until 2027-01-16',
  painted: 'attract',
  dns: '20.190.159.0 and 2 more',
  proxy: 'none',
  connect: 'login.microsoftonline.com:443',
  clock: '90 s behind',
  interception: 'DigiCert Global Root G2',
  attestation: 'active as DR-0042, 24 ms',
  discovery: 'document, 38 ms',
  'key-set': '9 keys, 41 ms',
  endpoints: '3 answer',
  'device-code': 'asked by kioskctl doctor',
}

export const CHECKS: SupportChecks = supportChecksSchema.parse({
  state: 'done',
  finishedAtEpochMs: SCENE_EPOCH_MS - 4_000,
  checks: CHECK_NAMES.map((name, index) => ({
    name,
    durationMs: 14 + index * 31,
    found: FOUND[name] ?? null,
    ...(FAULTS[name] ?? { state: 'ok', code: null, remedy: null }),
  })),
} satisfies SupportChecks)

const EVENT_NAMES = [
  'helper.started',
  'provisioned',
  'touched',
  'codeIssued',
  'pollFailed',
  'codeUsedUp',
  'codeIssued',
  'approved',
  'presenceConfirmed',
  'technician.granted',
] as const

export const DIAGNOSTICS: SupportDiagnostics = supportDiagnosticsSchema.parse({
  session: { kind: 'attract', generation: null },
  certificate: 'DR-0042, until 2027-01-16',
  attestation: 'active',
  broker: 'broker.example.com:8883',
  vault: {
    kind: 'tmpfs',
    deviceKey: 'credential',
    noDeviceKeyBecause: null,
    plannedRestart: 'ends-session',
    destroyPending: false,
    memory: {
      fileSystem: 'tmpfs',
      noswap: true,
      swap: 'none',
      processSwap: 'never',
      hibernation: 'off',
    },
    tolerated: [],
  },
  issuerHost: 'login.microsoftonline.com',
  clockSkewMs: 340,
  endpoints: ENDPOINT_NAMES.map((name, index) => ({
    name,
    state: name === 'revocation' ? 'not-advertised' : name === 'token' ? 'unreachable' : 'reachable',
    roundTripMs: name === 'revocation' || name === 'token' ? null : 38 + index * 7,
    code: name === 'token' ? 'connection-refused' : null,
  })),
  proxy: 'http://proxy.branch-office.contoso.example:8080',
  versions: { helper: '0.1.0', node: 'v24.21.0', link: 4 },
  uptimeSeconds: 93_784,
  painted: { sequence: 12, kind: 'attract', generation: null, atEpochMs: SCENE_EPOCH_MS - 1_400 },
  events: EVENT_NAMES.map((name, index) => ({
    name,
    atEpochMs: SCENE_EPOCH_MS - (EVENT_NAMES.length - index) * 61_000,
    count: name === 'pollFailed' ? 14 : 1,
    code: name === 'pollFailed' ? 'provider-timeout' : null,
  })),
  lastFault: {
    code: 'provider-refused-client',
    supportCode: 'PRC-315',
    providerError: 'AADSTS7000218',
    atEpochMs: SCENE_EPOCH_MS - 754_000,
    meaning: 'The provider does not accept this client.',
    remedy: 'Compare identity.clientId and identity.tenantId with the registration.',
    providerHint: 'Set "Allow public client flows" to yes for the app registration.',
  },
  text: `kiosk DR-0042 0.1.0\nsession attract\n${'endpoint token unreachable connection-refused\n'.repeat(6)}`,
} satisfies SupportDiagnostics)
