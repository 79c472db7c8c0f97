/** A session runner with a provider and a vault that can be looked into, for its tests. */
import { expect } from 'vitest'
import { rememberAudit } from '../audit/remembered-audit.fixture.ts'
import { startKioskClock } from '../kiosk-clock.ts'
import { createLog } from '../log.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import { PROVIDER_PROFILES } from '../oauth/provider-profiles.ts'
import type { SessionTokens } from '../oauth/session-tokens.ts'
import type { FoundHandover, HandedSession } from '../vault/handover.ts'
import type { KioskVault } from '../vault/open-kiosk-vault.ts'
import { openMemoryVault } from '../vault/token-vault.ts'
import { createSessionRunner } from './session-runner.ts'

const IDENTITY = {
  provider: 'oidc' as const,
  issuer: 'https://login.example',
  clientId: 'kiosk',
  scopes: ['openid'],
  verificationOrigins: [],
}
export const POLICY = {
  start: 'always' as const,
  confirmMs: 60_000,
  maxUnattendedCodes: 3,
  shiftMs: 3_600_000,
  idleMs: null,
  endOnScreenCrash: true,
}
export const cancelled: AbortSignal = new AbortController().signal
type StopHow = Parameters<ReturnType<typeof createSessionRunner>['stop']>[0]
export const PLAIN: StopHow = { planned: false, cancelled, screenId: null }
export const PLANNED: StopHow = { planned: true, cancelled, screenId: 'screen' }

function tokens(name: string, nowMs: number): SessionTokens {
  return {
    accessToken: `access-${name}`,
    // Due at once: nine tenths of their life are over.
    accessTokenExpiresAtMs: nowMs + 100,
    accessTokenLifetimeMs: 1_000,
    refreshToken: `refresh-${name}`,
    userKey: 'iss alex',
    displayName: 'Alex',
    scopes: ['openid'],
  }
}

export function session(nowMs: number): HandedSession {
  return {
    generation: 4,
    displayName: 'Alex',
    since: nowMs - 60_000,
    validUntil: nowMs + 60_000,
    idleUntil: null,
    tokensExpireAtMs: null,
    screenId: 'screen',
    rules: '',
    tokens: tokens('handed', nowMs),
  }
}

export const HANDED: FoundHandover = { kind: 'session', session: session(performance.now()) }
const NOTHING: FoundHandover = { kind: 'none' }

type KioskOptions = { canHandOver?: boolean; handover?: FoundHandover; onHandOver?: () => void; begins?: boolean }

/** A kiosk whose provider approves the first poll, and answers a poll or a refresh when it is told to. */
export function openKiosk({
  canHandOver = false,
  handover = NOTHING,
  onHandOver = () => {},
  begins = true,
}: KioskOptions = {}) {
  const { clock, stop: stopClock } = startKioskClock(() => {})
  const revoked: (string | null)[] = []
  const asked = { redeem: Promise.withResolvers<void>(), refresh: Promise.withResolvers<void>() }
  const answers = { redeem: Promise.withResolvers<void>(), refresh: Promise.withResolvers<void>() }
  const provider: IdentityProvider = {
    profile: PROVIDER_PROFILES.oidc,
    warmUp: async () => {},
    requestCode: async () => ({
      device_code: 'kept-to-the-helper',
      user_code: 'WDJB-MJHT',
      verification_uri: 'https://login.example/device',
      expires_in: 60,
      interval: 1,
    }),
    expectPoll: () => {},
    async redeem() {
      asked.redeem.resolve()
      await answers.redeem.promise
      return tokens('first', clock.nowMs())
    },
    async refresh() {
      asked.refresh.resolve()
      await answers.refresh.promise
      return tokens('rotated', clock.nowMs())
    },
    async revoke({ refreshToken }) {
      revoked.push(refreshToken)
      return true
    },
    askTime: async () => {},
    skewMs: () => null,
    canRevoke: () => true,
    facts: () => ({ metadataAgeMs: null, keySetAgeMs: null, clockSkewMs: null }),
    close: async () => {},
  }
  const log = createLog('test')
  log.level = 'silent'
  const handed: Omit<HandedSession, 'rules'>[] = []
  const owner = { deviceId: 'DR-0042', tenant: IDENTITY.issuer }
  const memory = openMemoryVault({ owner, deviceKey: Buffer.alloc(0) })
  const vault: KioskVault = {
    ...memory,
    deviceKey: { source: 'none', reason: null },
    canHandOver,
    async handOver(session) {
      await memory.wipe()
      handed.push(session)
      onHandOver()
    },
    async takeBack() {
      handed.pop()
    },
    async destroy() {
      vaultsDestroyed += 1
      await memory.wipe()
      return 'destroyed'
    },
  }
  const kinds: string[] = []
  const destroyed: string[] = []
  const confirmed: Promise<string>[] = []
  let vaultsDestroyed = 0
  const audit = rememberAudit()
  const runner = createSessionRunner({
    ports: { identity: IDENTITY, provider, vault },
    clock,
    log,
    audit,
    onChange: ({ kind }) => kinds.push(kind),
    handover,
    onLeaving: async () => {
      kinds.push('leaving')
    },
    onConfirmed: ({ generation, readUserKey }) => {
      confirmed.push(readUserKey().then((userKey) => `${generation} ${userKey}`))
    },
    onDestroyed: () => destroyed.push('destroyed'),
  })
  if (begins) void runner.start(POLICY)
  return {
    runner,
    audit,
    vault,
    asked,
    answers,
    revoked,
    kinds,
    handed,
    destroyed,
    confirmed,
    vaultsDestroyed: () => vaultsDestroyed,
    clock,
    stopClock,
  }
}

export async function signedIn(options: Parameters<typeof openKiosk>[0]) {
  const kiosk = openKiosk(options)
  kiosk.answers.redeem.resolve()
  await expect.poll(() => kiosk.kinds, { timeout: 5_000 }).toContain('confirming')
  kiosk.runner.command({ kind: 'confirmPresence', generation: 1 })
  return kiosk
}
