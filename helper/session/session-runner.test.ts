import { describe, expect, it } from 'vitest'
import { startKioskClock } from '../kiosk-clock.ts'
import { createLog } from '../log.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import { PROVIDER_PROFILES } from '../oauth/provider-profiles.ts'
import type { SessionTokens } from '../oauth/session-tokens.ts'
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
}

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

/** A kiosk whose provider approves the first poll, and answers a poll or a refresh when it is told to. */
function openKiosk() {
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
  const vault = openMemoryVault({ deviceId: 'DR-0042', tenant: IDENTITY.issuer })
  const kinds: string[] = []
  const runner = createSessionRunner({
    ports: { identity: IDENTITY, provider, vault },
    clock,
    log,
    onChange: ({ kind }) => kinds.push(kind),
  })
  runner.dispatch({ kind: 'provisioned', policy: POLICY })
  return { runner, vault, asked, answers, revoked, kinds, stopClock }
}

describe('a stop of the helper', () => {
  it('waits for a poll that is just being answered, and revokes what came with it', async () => {
    const { runner, vault, asked, answers, revoked, stopClock } = openKiosk()
    await asked.redeem.promise
    const stopping = runner.stop()
    setTimeout(answers.redeem.resolve, 50)
    await stopping
    expect(revoked).toEqual(['refresh-first'])
    expect(await vault.read(1)).toBeNull()
    stopClock()
  })

  it('waits for a refresh under way, and revokes the token before it and the one after it', async () => {
    const { runner, vault, asked, answers, revoked, kinds, stopClock } = openKiosk()
    answers.redeem.resolve()
    await expect.poll(() => kinds, { timeout: 5_000 }).toContain('confirming')
    runner.command({ kind: 'confirmPresence', generation: 1 })
    await asked.refresh.promise
    const stopping = runner.stop()
    setTimeout(answers.refresh.resolve, 50)
    await stopping
    expect(revoked.toSorted()).toEqual(['refresh-first', 'refresh-rotated'])
    expect(await vault.read(1)).toBeNull()
    stopClock()
  })
})
