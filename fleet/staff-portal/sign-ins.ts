/** Keeps each sign-in on this server under a random cookie. Never lets one browser hold two, or a cookie outlive a login. */
import { randomBytes } from 'node:crypto'
import { Tokens } from '@fastify/csrf'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { LRUCache } from 'lru-cache'

export type Person = { idToken: string; issuer: string; subject: string; name: string; email: string }
export type LoginTry = { state: string; nonce: string; codeVerifier: string }
export type SignIn = { userCode: string } & (
  | { kind: 'comparing'; loginHint: string | undefined; login: LoginTry | null }
  | { kind: 'approving'; person: Person }
  /** Pressed: whatever else comes with this cookie learns that, and no more. */
  | { kind: 'sent' }
  | { kind: 'bound'; name: string; statusToken: string | null; lookAtMs: number }
)

const LIFETIME_SECONDS = 300
const COOKIE = 'sign-in'
/** A form is good for the one step and the one code that it showed. */
const purposeOf = ({ kind, userCode }: SignIn): string => `${kind} ${userCode}`

/** @param isSecure false only in development on loopback, where not every browser keeps a Secure cookie */
export function createSignIns(isSecure: boolean, most = 10_000) {
  const limits = { max: most, ttl: LIFETIME_SECONDS * 1000 }
  // Anybody can open links without end: what nobody has signed in for crowds out only its like.
  const opened = new LRUCache<string, SignIn>(limits)
  const signedIn = new LRUCache<string, SignIn>(limits)
  const kept = {
    get: (id: string) => signedIn.get(id) ?? opened.get(id),
    set: (id: string, signIn: SignIn) => (signIn.kind === 'comparing' ? opened : signedIn).set(id, signIn),
    delete: (id: string) => [opened, signedIn].map((store) => store.delete(id)),
  }
  const tokens = new Tokens({ userInfo: true })
  const prefix = isSecure ? ('host' as const) : undefined
  // Lax: the way back from the company's login is a cross-site navigation, which Strict would send without the cookie.
  const attributes = {
    httpOnly: true,
    secure: isSecure,
    sameSite: 'Lax' as const,
    path: '/',
    ...(prefix && { prefix }),
  }
  const idOf = (context: Context): string => getCookie(context, COOKIE, prefix) ?? ''
  return {
    /** A new cookie for every beginning: whoever knew the old one, or planted it, has nothing of the new. */
    begin(context: Context, signIn: SignIn): void {
      if (kept.get(idOf(context))?.kind !== 'sent') kept.delete(idOf(context))
      const id = randomBytes(32).toString('base64url')
      kept.set(id, signIn)
      setCookie(context, COOKIE, id, { ...attributes, maxAge: LIFETIME_SECONDS })
    },
    find: (context: Context): SignIn | undefined => kept.get(idOf(context)),
    /** Changes what is kept under the same cookie. */
    put: (context: Context, signIn: SignIn): unknown => kept.set(idOf(context), signIn),
    forget: (context: Context): unknown => kept.delete(idOf(context)),
    csrfToken: (context: Context, signIn: SignIn): string => tokens.create(idOf(context), purposeOf(signIn)),
    /**
     * Takes the sign-in out at once, so that a second press or a replay finds nothing while the first is under way.
     *
     * @returns undefined where there is none of these kinds, or the form is not the one that it showed
     */
    take<Kind extends SignIn['kind']>(context: Context, kinds: readonly Kind[], csrfToken: string) {
      const signIn = kept.get(idOf(context))
      if (!signIn || !kinds.some((kind) => kind === signIn.kind)) return undefined
      if (!tokens.verify(idOf(context), csrfToken, purposeOf(signIn))) return undefined
      kept.delete(idOf(context))
      return signIn as Extract<SignIn, { kind: Kind }>
    },
  }
}
