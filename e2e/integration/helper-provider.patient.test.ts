/** Tests what the built helper remembers of its provider, believes it, demands of a person, and owes the provider in the end. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { diagnosticsSchema } from '../../contract/diagnostics.ts'
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import type { Endpoint } from '../../demo/hostile-provider/hostile-provider.ts'
import { runKioskctl } from '../../demo/kiosk-watch.ts'
import { type HostileWorld, openHostileWorld } from './helper-world.ts'

let world: HostileWorld
afterEach(() => world.close())

function requestsOf(endpoint: Endpoint): { status: number | undefined }[] {
  const requests = world.provider.requests.filter((request) => request.endpoint === endpoint)
  return requests.map(({ outcome }) => ({ status: outcome?.status }))
}

async function approveShownCode(): Promise<void> {
  const { session } = await world.watch.until('awaitingApproval')
  await world.provider.approve(session.userCode)
}

describe('a helper that was here before', () => {
  const knowledgePath = () => join(world.folders.runtime, 'provider.json')
  const datedSchema = z.looseObject({ fetchedAtEpochMs: z.number() })
  const knowledgeSchema = z.looseObject({ metadata: datedSchema, keySet: datedSchema })
  const readKnowledge = async () => knowledgeSchema.parse(JSON.parse(await readFile(knowledgePath(), 'utf8')))

  /** @returns the endpoints that were asked before the code was on screen, and since */
  async function restart(): Promise<{ before: Endpoint[]; since: () => Endpoint[] }> {
    const { requests } = world.provider
    const from = requests.length
    const { child } = await world.startHelper()
    await world.watch.until('awaitingApproval', { test: ({ helper }) => helper.processId === child.pid })
    const asked = () => requests.slice(from).map(({ endpoint }) => endpoint)
    return { before: asked(), since: asked }
  }

  async function startOnce(): Promise<void> {
    world = await openHostileWorld()
    const first = await world.startHelper()
    await world.watch.until('awaitingApproval')
    await expect.poll(() => requestsOf('jwks').length).toBe(1)
    await expect.poll(async () => (await readKnowledge()).keySet.fetchedAtEpochMs).toBeGreaterThan(0)
    expect(requestsOf('discovery')).toHaveLength(1)
    await first.stop()
  }

  it('asks for a code at once, with one request', async () => {
    await startOnce()
    const { before } = await restart()
    expect(before.filter((endpoint) => endpoint !== 'token')).toEqual(['device'])
  })

  it('looks stale documents up again behind, and keeps them', async () => {
    await startOnce()
    const { metadata, keySet, ...owner } = await readKnowledge()
    const longAgo = { fetchedAtEpochMs: Date.now() - 2 * 3_600_000 }
    const aged = { ...owner, metadata: { ...metadata, ...longAgo }, keySet: { ...keySet, ...longAgo } }
    await writeFile(knowledgePath(), JSON.stringify(aged))
    const { since } = await restart()
    expect(since().indexOf('discovery')).not.toBe(0)
    await expect.poll(() => since().filter((endpoint) => endpoint === 'discovery').length).toBe(1)
    await expect.poll(() => since().filter((endpoint) => endpoint === 'jwks').length).toBe(1)
    const fetchedAtEpochMs = async () => {
      const kept = await readKnowledge()
      return Math.min(kept.metadata.fetchedAtEpochMs, kept.keySet.fetchedAtEpochMs)
    }
    await expect.poll(fetchedAtEpochMs).toBeGreaterThan(Date.now() - 60_000)
  })

  it('begins anew with a file that is damaged', async () => {
    await startOnce()
    await writeFile(knowledgePath(), '{"issuer":')
    const { before } = await restart()
    expect(before[0]).toBe('discovery')
  })
})

type LinkChange = (issuer: string) => Record<string, string>

describe('a link that leads elsewhere', () => {
  it.each<[what: string, change: LinkChange]>([
    ['another origin', () => ({ verification_uri: 'https://elsewhere.example/device' })],
    ['another origin with the code', () => ({ verification_uri_complete: 'https://elsewhere.example/?user_code=X' })],
    ['no TLS', (issuer) => ({ verification_uri: `${issuer.replace('https:', 'http:')}/elsewhere.example` })],
    ['credentials', (issuer) => ({ verification_uri: issuer.replace('//', '//elsewhere.example@') })],
    ['another issuer', (issuer) => ({ verification_uri_complete: `${issuer}/device?iss=https://elsewhere.example` })],
    ['another client', (issuer) => ({ verification_uri_complete: `${issuer}/device?client_id=elsewhere.example` })],
  ])('is never shown: %s', async (_what, change) => {
    world = await openHostileWorld()
    const { provider, watch } = world
    provider.play(({ endpoint }) =>
      endpoint === 'device' ? { kind: 'rewrite', change: (body) => ({ ...body, ...change(provider.issuer) }) } : null,
    )
    await world.startHelper()
    expect((await watch.until('trouble')).session.code).toBe('verification-link-untrusted')
    expect(JSON.stringify(watch.seen)).not.toContain('elsewhere.example')
    expect(watch.seen.map(({ session }) => session.kind)).not.toContain('awaitingApproval')
  })
})

describe('whom the bundle’s rules keep out', () => {
  it.each<[what: string, access: Record<string, unknown>, code: TroubleCode]>([
    ['a person without a required claim', { requiredClaims: { groups: 'reception' } }, 'person-not-allowed'],
    ['a person of another directory', { requiredClaims: { tid: ['elsewhere', 'nowhere'] } }, 'person-not-allowed'],
    ['tokens without a required scope', { requiredScopes: ['kiosk.read'] }, 'scope-not-granted'],
  ])('gets a reason, and the tokens are revoked: %s', async (_what, access, code) => {
    world = await openHostileWorld()
    await world.changeBundle({ access })
    await world.startHelper()
    await approveShownCode()
    expect((await world.watch.until('trouble')).session.code).toBe(code)
    await expect.poll(() => requestsOf('revocation')).toEqual([{ status: 200 }])
    expect(world.watch.seen.map(({ session }) => session.kind)).not.toContain('confirming')
  })

  it('lets in whom they name', async () => {
    world = await openHostileWorld()
    const access = { requiredClaims: { given_name: ['Alex', 'Samira'] }, requiredScopes: ['profile'] }
    await world.changeBundle({ access })
    await world.startHelper()
    await approveShownCode()
    await world.watch.until('confirming')
  })
})

describe('an outage', () => {
  it('is told beside the code, which stays good, and no longer than it lasts', async () => {
    world = await openHostileWorld()
    await world.startHelper()
    const { session } = await world.watch.until('awaitingApproval')
    const { userCode } = session
    world.provider.setOutage(true)
    const told = await world.watch.until('awaitingApproval', { test: (shown) => shown.session.pollTrouble !== null })
    expect(told.session).toMatchObject({ userCode, pollTrouble: 'provider-unavailable' })
    world.provider.setOutage(false)
    const calm = await world.watch.until('awaitingApproval', { test: (shown) => shown.session.pollTrouble === null })
    expect(calm.session).toEqual(session)
    await approveShownCode()
    await world.watch.until('confirming')
  })

  it('of the revocation endpoint delays no screen, and ends with the tokens revoked', async () => {
    world = await openHostileWorld()
    world.provider.play(({ endpoint, turn }) =>
      endpoint === 'revocation' && turn <= 2 ? { kind: 'status', status: 503 } : null,
    )
    await world.startHelper()
    await approveShownCode()
    await world.watch.until('confirming')
    await runKioskctl(world.folders.runtime, 'sign-out')
    const ended = await world.watch.until('ended', { limitMs: 1_000 })
    expect(ended.session.reason).toBe('signed-out')
    await world.watch.until('awaitingApproval')
    const revocations = () => requestsOf('revocation').map(({ status }) => status)
    await expect.poll(revocations, { timeout: 20_000 }).toEqual([503, 503, 200])
  })
})

describe('kioskctl diagnostics --json', () => {
  it('tells by how much the provider’s clock is ahead', async () => {
    world = await openHostileWorld()
    world.provider.setClockSkew(90)
    await world.startHelper()
    await world.watch.until('awaitingApproval')
    const { stdout } = await runKioskctl(world.folders.runtime, 'diagnostics', '--json')
    const { provider, helper, network } = diagnosticsSchema.parse(JSON.parse(stdout))
    expect(Math.abs((provider?.clockSkewMs ?? 0) - 90_000)).toBeLessThan(2_000)
    expect(provider).toMatchObject({ issuer: world.provider.issuer, metadataAgeMs: expect.any(Number) })
    expect(helper.memory.residentBytes).toBeGreaterThan(helper.memory.heapUsedBytes)
    expect(network).toEqual({ proxy: 'none' })
  })
})
