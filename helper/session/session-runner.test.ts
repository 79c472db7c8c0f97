import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
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
const POLICY = {
  start: 'always' as const,
  confirmMs: 60_000,
  maxUnattendedCodes: 3,
  shiftMs: 3_600_000,
  idleMs: null,
  endOnScreenCrash: true,
}
const cancelled = new AbortController().signal
const PLAIN = { planned: false, cancelled, screenId: null }
const PLANNED = { planned: true, cancelled, screenId: 'screen' }

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

function session(nowMs: number): HandedSession {
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

const HANDED: FoundHandover = { kind: 'session', session: session(performance.now()) }
const NOTHING: FoundHandover = { kind: 'none' }

type KioskOptions = { canHandOver?: boolean; handover?: FoundHandover; onHandOver?: () => void; begins?: boolean }

/** A kiosk whose provider approves the first poll, and answers a poll or a refresh when it is told to. */
function openKiosk({
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
  let vaultsDestroyed = 0
  const runner = createSessionRunner({
    ports: { identity: IDENTITY, provider, vault },
    clock,
    log,
    onChange: ({ kind }) => kinds.push(kind),
    handover,
    onLeaving: async () => {
      kinds.push('leaving')
    },
    onDestroyed: () => destroyed.push('destroyed'),
  })
  if (begins) void runner.start(POLICY)
  return {
    runner,
    vault,
    asked,
    answers,
    revoked,
    kinds,
    handed,
    destroyed,
    vaultsDestroyed: () => vaultsDestroyed,
    clock,
    stopClock,
  }
}

async function signedIn(options: Parameters<typeof openKiosk>[0]) {
  const kiosk = openKiosk(options)
  kiosk.answers.redeem.resolve()
  await expect.poll(() => kiosk.kinds, { timeout: 5_000 }).toContain('confirming')
  kiosk.runner.command({ kind: 'confirmPresence', generation: 1 })
  return kiosk
}

describe('a stop of the helper', () => {
  it('waits for a poll that is just being answered, and revokes what came with it', async () => {
    const { runner, vault, asked, answers, revoked, stopClock } = openKiosk()
    await asked.redeem.promise
    const stopping = runner.stop(PLAIN)
    setTimeout(answers.redeem.resolve, 50)
    await stopping
    expect(revoked).toEqual(['refresh-first'])
    expect(await vault.read(1)).toBeNull()
    stopClock()
  })

  it('waits for a refresh under way, and revokes the token before it and the one after it', async () => {
    const { runner, vault, asked, answers, revoked, stopClock } = await signedIn({ canHandOver: true })
    await asked.refresh.promise
    const stopping = runner.stop(PLAIN)
    setTimeout(answers.refresh.resolve, 50)
    await stopping
    expect(revoked.toSorted()).toEqual(['refresh-first', 'refresh-rotated'])
    expect(await vault.read(1)).toBeNull()
    stopClock()
  })
})

describe('a planned stop of the helper', () => {
  it('hands the session over with the tokens of a refresh that was under way, and revokes nothing', async () => {
    const { runner, vault, asked, answers, revoked, handed, stopClock } = await signedIn({ canHandOver: true })
    await asked.refresh.promise
    const stopping = runner.stop(PLANNED)
    setTimeout(answers.refresh.resolve, 50)
    await stopping
    expect(handed).toMatchObject([{ generation: 1, screenId: 'screen', tokens: { refreshToken: 'refresh-rotated' } }])
    expect(revoked).toEqual([])
    expect(await vault.read(1)).toBeNull()
    stopClock()
  })

  it('goes on its way with the tokens before a refresh that takes too long, and does not revoke what comes of that', async () => {
    const { runner, asked, answers, revoked, handed, stopClock } = await signedIn({ canHandOver: true })
    await asked.refresh.promise
    await runner.stop(PLANNED)
    answers.refresh.resolve()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(handed).toMatchObject([{ tokens: { refreshToken: 'refresh-first' } }])
    expect(revoked).toEqual([])
    stopClock()
  }, 10_000)

  it.each(['signOut', 'wipe'] as const)('takes it back on a "%s" that comes while it is on its way', async (kind) => {
    const kiosk = await signedIn({ canHandOver: true, onHandOver: () => kiosk.runner.command({ kind }) })
    await kiosk.runner.stop(PLANNED)
    expect(kiosk.handed).toEqual([])
    expect(kiosk.revoked).toEqual(['refresh-first'])
    kiosk.stopClock()
  })

  it.each(['signOut', 'wipe'] as const)('takes it back on a "%s" that comes when it has been left', async (kind) => {
    const kiosk = await signedIn({ canHandOver: true })
    await kiosk.runner.stop(PLANNED)
    expect(kiosk.handed).toHaveLength(1)
    expect(kiosk.runner.command({ kind })).toEqual({ accepted: true })
    await kiosk.runner.lastLook(cancelled)
    expect(kiosk.handed).toEqual([])
    expect(kiosk.revoked).toEqual(['refresh-first'])
    expect(kiosk.vaultsDestroyed()).toBe(kind === 'wipe' ? 1 : 0)
    kiosk.stopClock()
  })

  it('takes it back when the restart becomes a stop', async () => {
    const plan = new AbortController()
    const kiosk = await signedIn({ canHandOver: true, onHandOver: () => plan.abort() })
    await kiosk.runner.stop({ ...PLANNED, cancelled: plan.signal })
    expect(kiosk.handed).toEqual([])
    expect(kiosk.revoked).toEqual(['refresh-first'])
    kiosk.stopClock()
  })

  it('hands nothing over when nobody could say before which screen it may go on', async () => {
    const kiosk = await signedIn({ canHandOver: true })
    await kiosk.runner.stop({ ...PLANNED, screenId: null })
    expect(kiosk.handed).toEqual([])
    expect(kiosk.revoked).toEqual(['refresh-first'])
    kiosk.stopClock()
  })

  it('hands nothing over that was signed out while it waited', async () => {
    const { runner, asked, answers, revoked, handed, stopClock } = await signedIn({ canHandOver: true })
    await asked.refresh.promise
    const stopping = runner.stop(PLANNED)
    expect(runner.command({ kind: 'signOut' })).toEqual({ accepted: true })
    answers.refresh.resolve()
    await stopping
    expect(handed).toEqual([])
    expect(revoked).toContain('refresh-first')
    stopClock()
  })

  it('ends the session where the vault can hand nothing over', async () => {
    const { runner, revoked, handed, stopClock } = await signedIn({ canHandOver: false })
    await runner.stop(PLANNED)
    expect(handed).toEqual([])
    expect(revoked).toEqual(['refresh-first'])
    stopClock()
  })

  it('hands over no sign-in that nobody has confirmed yet', async () => {
    const { runner, answers, revoked, handed, kinds, stopClock } = openKiosk({ canHandOver: true })
    answers.redeem.resolve()
    await expect.poll(() => kinds, { timeout: 5_000 }).toContain('confirming')
    await runner.stop(PLANNED)
    expect(handed).toEqual([])
    expect(revoked).toEqual(['refresh-first'])
    stopClock()
  })
})

describe('a helper that is stopping', () => {
  it('asks for no code any more, and shows none', async () => {
    const { runner, asked, answers, kinds, stopClock } = openKiosk()
    await asked.redeem.promise
    const stopping = runner.stop(PLAIN)
    expect(kinds.at(-1)).toBe('starting')
    expect(runner.command({ kind: 'touch' })).toEqual({ accepted: false })
    answers.redeem.resolve()
    await stopping
    expect(kinds.at(-1)).toBe('starting')
    stopClock()
  })

  it('shows no session that is over', async () => {
    const { runner, kinds, stopClock } = await signedIn({})
    const stopping = runner.stop(PLAIN)
    expect(kinds.at(-1)).toBe('ended')
    await stopping
    stopClock()
  })
})

describe('a stop before the start', () => {
  it('revokes what the helper before it handed over', async () => {
    const { runner, revoked, stopClock } = openKiosk({ handover: HANDED, begins: false })
    await runner.stop(PLAIN)
    expect(revoked).toEqual(['refresh-handed'])
    stopClock()
  })
})

describe('a start of the helper', () => {
  it('goes on with a session that was handed over, without a question', async () => {
    const handover: FoundHandover = { kind: 'session', session: session(performance.now()) }
    const { runner, vault, kinds, stopClock } = openKiosk({ canHandOver: true, handover })
    await expect.poll(() => kinds).toEqual(['signedIn'])
    expect(await vault.read(4)).toMatchObject({ refreshToken: 'refresh-handed' })
    await runner.stop(PLAIN)
    stopClock()
  })

  it('revokes the tokens of one that may not go on, and begins anew', async () => {
    const why = new KioskError('vault-handover-refused', 'it is 121 s old')
    const handover: FoundHandover = { kind: 'spent', session: session(performance.now()), why }
    const { runner, revoked, kinds, stopClock } = openKiosk({ handover })
    await expect.poll(() => revoked).toEqual(['refresh-handed'])
    expect(kinds[0]).toBe('preparing')
    await runner.stop(PLAIN)
    stopClock()
  })
})

describe('an order to wipe', () => {
  it('ends the session, destroys the vault, and asks for a fresh process', async () => {
    const { runner, revoked, destroyed, kinds, stopClock } = await signedIn({ canHandOver: true })
    expect(runner.command({ kind: 'wipe' })).toEqual({ accepted: true })
    await expect.poll(() => destroyed).toEqual(['destroyed'])
    expect(kinds.at(-1)).toBe('ended')
    expect(revoked).toEqual(['refresh-first'])
    await runner.stop(PLAIN)
    stopClock()
  })
})
