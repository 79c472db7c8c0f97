/** What the tests of the portal have in common: kiosks by hand, people who walk its pages. Holds no test. */
import { expect } from 'vitest'
import { type Answer, askForCode, poll, postForm } from '../identity-provider/provider-client.ts'
import { TOKEN_EXCHANGE_GRANT_TYPE } from '../identity-provider/provider-request.ts'
import { PageWalker, type WalkedPage } from './page-walker.ts'
import { type StaffPortalOptions, type StaffPortalWorld, startStaffPortalWorld } from './staff-portal-world.ts'

type Kiosk = Awaited<ReturnType<typeof askForCode>>

export type PortalStage = StaffPortalWorld & {
  /** What the provider's QR code says. */
  linkTo(userCode: string): string
  /** The address to which the provider would send somebody with these parameters. */
  initiate(parameters: Record<string, string>): string
  /** A kiosk with its code on the screen. */
  openKiosk(): Promise<Kiosk>
  /** What a poll is told that gets no tokens. */
  pollError(kiosk: Kiosk): Promise<unknown>
  /** Who the tokens are for that a poll gets. */
  subjectOf(kiosk: Kiosk): Promise<unknown>
  /** Scans a kiosk's code and signs in at the company, up to the page that asks for the approval. */
  walkToApproval(kiosk: Kiosk, name?: string): Promise<PageWalker>
  /** Approves without waiting for the kiosk. */
  approve(walker: PageWalker): Promise<WalkedPage>
}

// Polls come as fast as a test likes.
const OPTIONS = { intervalSeconds: 0, codeLifetimeSeconds: 120, accessTokenLifetimeSeconds: 300, entraLike: false }

export async function setPortalStage(options: Partial<StaffPortalOptions> = {}): Promise<PortalStage> {
  const world = await startStaffPortalWorld({ ...OPTIONS, ...options })
  const { provider, origin } = world
  const linkTo = (userCode: string) => `${provider.issuer}/device?user_code=${userCode}`
  return {
    ...world,
    linkTo,
    initiate: (parameters) => `${origin}/login/initiate?${new URLSearchParams(parameters)}`,
    openKiosk: () => askForCode(provider),
    pollError: async ({ device_code }) => (await poll(provider, device_code)).body.error,
    async subjectOf({ device_code }) {
      const [, payload = ''] = String((await poll(provider, device_code)).body.id_token).split('.')
      return JSON.parse(Buffer.from(payload, 'base64url').toString()).sub
    },
    async walkToApproval({ user_code }, name = 'Alex Morgan') {
      const walker = new PageWalker()
      await walker.open(linkTo(user_code))
      expect(walker.page.heading).toBe('Is this the code on the kiosk’s screen?')
      await walker.press('Yes, continue')
      await walker.press(name)
      expect(walker.page.heading).toBe(`Sign in as ${name}?`)
      return walker
    },
    approve(walker) {
      const { url, fields } = walker.formWith('Yes, sign me in')
      return walker.ask(url, { fields, headers: { origin } })
    },
  }
}

export function asClient({ clientId, clientSecret }: { clientId: string; clientSecret: string }) {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` }
}

/** Asks the kiosk's provider as the portal does, or as whoever has its secret. */
export function exchange(
  { provider, settings }: StaffPortalWorld,
  userCode: string,
  subjectToken: string,
  more: Record<string, string> = {},
): Promise<Answer> {
  const fields = {
    grant_type: TOKEN_EXCHANGE_GRANT_TYPE,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    subject_token: subjectToken,
    resource: `urn:pmth:device_code:${userCode}`,
    ...more,
  }
  return postForm(provider, '/token', fields, asClient(settings.kioskProvider))
}
