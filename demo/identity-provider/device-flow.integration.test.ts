/** Tests whole sign-ins: openid-client as the device, a phone in a real browser as the person. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as openid from 'openid-client'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openPhone, type Phone } from '../phone.ts'
import { type IdentityProvider, type IdentityProviderOptions, startIdentityProvider } from './identity-provider.ts'
import { askForCode, KIOSK_SCOPE, poll, postForm, refresh, trust } from './provider-client.ts'
import type { StaffAccount } from './staff-accounts.ts'

// The set-up scripts run on a bare machine, so they come without types.
const finderUrl = new URL('../../scripts/find-chromium.mjs', import.meta.url).href
const { findChromium } = (await import(finderUrl)) as { findChromium(): string | null }
const OPTIONS = { intervalSeconds: 1, codeLifetimeSeconds: 60, accessTokenLifetimeSeconds: 600, entraLike: false }

let workFolder: string
const opened: { close(): Promise<void> }[] = []

beforeAll(async () => {
  workFolder = await mkdtemp(join(tmpdir(), 'demo-phone-'))
})
afterAll(() => rm(workFolder, { recursive: true, force: true }))
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close()
})

type Stage = { provider: IdentityProvider; phone: Phone; alex: StaffAccount; samira: StaffAccount }

async function startPhone(serverSpkiSha256: string): Promise<Phone> {
  const chromiumPath = findChromium()
  if (chromiumPath === null) throw new Error('no Chromium on this machine: install one, or set CHROMIUM_PATH')
  const phone = await openPhone({ chromiumPath, serverSpkiSha256, workFolder })
  opened.push(phone)
  return phone
}

async function setStage(options: Partial<IdentityProviderOptions> = {}): Promise<Stage> {
  const provider = await startIdentityProvider({ ...OPTIONS, ...options })
  opened.push(provider)
  trust(provider)
  const phone = await startPhone(provider.ca.serverSpkiSha256)
  const [alex, samira] = provider.staff
  if (!alex || !samira) throw new Error('the demo directory is empty')
  return { provider, phone, alex, samira }
}

/** Signs in by hand and answers the token response. */
async function signIn({ provider, phone, alex }: Stage): Promise<Record<string, string>> {
  const { device_code, user_code, verification_uri } = await askForCode(provider)
  await phone.approve({ url: verification_uri, userCode: user_code, account: alex })
  const { status, body } = await poll(provider, device_code)
  expect(status).toBe(200)
  return body as Record<string, string>
}

describe('a sign-in with the phone', () => {
  it.each([
    ['a scanned link', true],
    ['a typed code', false],
  ])('succeeds by %s for a real client', async (_what, scanned) => {
    const { provider, phone, samira } = await setStage()
    const config = await openid.discovery(new URL(provider.issuer), provider.clientId, undefined, openid.None())
    const code = await openid.initiateDeviceAuthorization(config, { scope: KIOSK_SCOPE })
    const url = scanned ? code.verification_uri_complete : code.verification_uri
    if (url === undefined) throw new Error('the provider gave no complete link')

    const startedAtEpochMs = Date.now()
    const polling = openid.pollDeviceAuthorizationGrant(config, code)
    const { approvedAtEpochMs } = await phone.approve({ url, userCode: code.user_code, account: samira })
    const tokens = await polling

    expect(tokens.claims()).toMatchObject({
      iss: provider.issuer,
      aud: provider.clientId,
      sub: samira.accountId,
      name: samira.name,
      given_name: samira.givenName,
      email: samira.email,
      oid: samira.oid,
      tid: samira.tid,
    })
    expect(tokens.expires_in).toBe(600)
    expect(tokens.scope?.split(' ')).toContain('offline_access')

    const { approvals, declines, requests, faults } = provider.journal
    expect(approvals).toMatchObject([{ userCode: code.user_code, accountId: samira.accountId }])
    expect(approvals[0]?.atEpochMs).toBeGreaterThanOrEqual(approvedAtEpochMs)
    expect(approvedAtEpochMs).toBeGreaterThan(startedAtEpochMs)
    expect([declines, faults]).toEqual([[], []])
    expect(requests.some(({ error }) => error === 'slow_down')).toBe(false)
    expect(new Set(provider.journal.secrets())).toEqual(
      new Set([code.device_code, tokens.access_token, tokens.refresh_token, tokens.id_token]),
    )
  })

  it.each([
    ['access_denied', false],
    ['authorization_declined', true],
  ])('answers %s after the person pressed Cancel', async (error, entraLike) => {
    const { provider, phone } = await setStage({ entraLike })
    const { device_code, user_code, verification_uri } = await askForCode(provider)
    await phone.decline({ url: verification_uri, userCode: user_code })
    expect((await poll(provider, device_code)).body.error).toBe(error)
    expect(provider.journal.declines).toMatchObject([{ userCode: user_code }])
    expect(provider.journal.approvals).toEqual([])
  })

  it('cannot use a device code twice', async () => {
    const { provider, phone, alex } = await setStage({ now: tickingClock() })
    const { device_code, user_code, verification_uri } = await askForCode(provider)
    await phone.approve({ url: verification_uri, userCode: user_code, account: alex })
    expect((await poll(provider, device_code)).status).toBe(200)
    expect((await poll(provider, device_code)).body.error).toBe('invalid_grant')
  })

  it('does not get past a wrong code', async () => {
    const { provider, phone, alex } = await setStage()
    const { verification_uri } = await askForCode(provider)
    const visit = phone.approve({ url: verification_uri, userCode: 'BBBB-BBBB', account: alex })
    await expect(visit).rejects.toThrow(/Enter code again/)
  })

  it('does not open the pages of a server whose key it does not trust', async () => {
    const provider = await startIdentityProvider(OPTIONS)
    opened.push(provider)
    const phone = await startPhone(createHash('sha256').update('another key').digest('base64'))
    const visit = phone.decline({ url: `${provider.issuer}/device`, userCode: 'BBBB-BBBB' })
    await expect(visit).rejects.toMatchObject({ cause: { message: expect.stringContaining('ERR_CERT') } })
  })

  it('leaves everything the browser writes in the work folder', async () => {
    // A folder of this test's own: other tests' browsers write into the common one.
    const folder = await mkdtemp(join(tmpdir(), 'kiosk-phone-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    vi.stubEnv('TMPDIR', folder)
    onTestFinished(() => void vi.unstubAllEnvs())
    await signIn(await setStage())
    expect((await readdir(folder)).filter((name) => /playwright|chrom/i.test(name))).toEqual([])
  })
})

describe('a refresh token', () => {
  it('is replaced on use, and the old one is refused', async () => {
    const stage = await setStage()
    const first = await signIn(stage)
    const renewed = await refresh(stage.provider, first.refresh_token ?? '')
    expect(renewed.status).toBe(200)
    expect(renewed.body.refresh_token).not.toBe(first.refresh_token)
    expect((await refresh(stage.provider, first.refresh_token ?? '')).body.error).toBe('invalid_grant')
    const { access_token, refresh_token, id_token } = renewed.body
    expect(stage.provider.journal.secrets()).toEqual(expect.arrayContaining([access_token, refresh_token, id_token]))
  })

  it('stays valid after use at Entra ID', async () => {
    const stage = await setStage({ entraLike: true })
    const { refresh_token } = await signIn(stage)
    const renewals = [
      await refresh(stage.provider, refresh_token ?? ''),
      await refresh(stage.provider, refresh_token ?? ''),
    ]
    expect(renewals.map(({ status }) => status)).toEqual([200, 200])
    expect(renewals[0]?.body.refresh_token).not.toBe(refresh_token)
  })

  it('is useless after revocation, while another kiosk of the same person goes on', async () => {
    const stage = await setStage()
    const { provider } = stage
    const [here, elsewhere] = [await signIn(stage), await signIn(stage)]
    const fields = { client_id: provider.clientId, token: here.refresh_token ?? '' }
    expect((await postForm(provider, '/token/revocation', fields)).status).toBe(200)
    expect((await refresh(provider, here.refresh_token ?? '')).body.error).toBe('invalid_grant')
    expect((await refresh(provider, elsewhere.refresh_token ?? '')).status).toBe(200)
  })
})

/** A clock on which every reading is a minute after the one before, so that no poll is too soon. */
function tickingClock(): () => number {
  let minutes = 0
  return () => ++minutes * 60_000
}
