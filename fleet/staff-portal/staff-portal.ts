/** The portal's addresses and what each may lead to. Never redirects to an address that a request brought along. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import { secureHeaders } from 'hono/secure-headers'
import { z } from 'zod'
import { CALLBACK_PATH, createCompanyLogin, wordsOf } from './company-login.ts'
import { createDeviceGrants } from './device-grant.ts'
import { judgeInitiation } from './initiate-login.ts'
import { createPages, type Problem } from './pages.ts'
import type { PortalSettings } from './portal-settings.ts'
import { createSignIns } from './sign-ins.ts'

/** For the operator; never carries a token. */
export type PortalLog = (event: string, details: Readonly<Record<string, unknown>>) => void

const STYLESHEET = readFileSync(join(import.meta.dirname, 'portal.css'), 'utf8')
const singleValue = z.tuple([z.string().max(500)]).transform(([value]) => value)

/** @returns the one value of that name; nothing where it is missing, repeated or overlong */
const parameterOf = (values: URLSearchParams, name: string): string =>
  singleValue.safeParse(values.getAll(name)).data ?? ''
const queryOf = (context: Context) => new URL(context.req.url).searchParams
const bodyOf = async (context: Context) => new URLSearchParams(await context.req.text())
const csrfTokenOf = async (context: Context) => parameterOf(await bodyOf(context), 'csrf')

/** @throws where one of the two providers cannot be discovered, or is not the issuer that the settings name */
export async function createStaffPortal(settings: PortalSettings, log: PortalLog): Promise<Hono> {
  const { origin, brand, kioskProvider, answerLimitSeconds } = settings
  const app = new Hono()
  const pages = createPages(brand)
  const signIns = createSignIns(origin.startsWith('https:'))
  const login = await createCompanyLogin(settings)
  const grants = await createDeviceGrants(settings)

  const toSignIn = (context: Context) => context.redirect('/sign-in', 303)
  const refuse = (context: Context, problem: Problem, why: unknown) => {
    log('refused', { problem, why: wordsOf(why), path: context.req.path })
    return context.html(pages.problem(problem), problem === 'unavailable' ? 503 : 400)
  }

  /** A second press, a late Cancel or the way back: what was approved stays approved, and the page has to say so. */
  const refuseForm = (context: Context) => {
    const kind = signIns.find(context)?.kind
    return kind === 'sent' || kind === 'bound' ? toSignIn(context) : refuse(context, 'run-out', 'form')
  }

  const noteFailure = (what: string) => (cause: unknown) => {
    log('failed', { what, why: wordsOf(cause) })
    return false
  }

  const contentSecurityPolicy = {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ['data:'],
    formAction: ["'self'", ...login.formTargets],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  }
  // Not "no-referrer": browsers then send "Origin: null" with the portal's own forms.
  app.use(
    secureHeaders({
      contentSecurityPolicy,
      strictTransportSecurity: 'max-age=15552000',
      referrerPolicy: 'same-origin',
      xFrameOptions: 'DENY',
    }),
  )
  app.use((context, next) => {
    context.header('Cache-Control', 'no-store')
    return next()
  })
  app.use(bodyLimit({ maxSize: 16 * 1024 }))
  app.use('/sign-in/*', csrf({ origin }))
  app.notFound((context) => context.html(pages.problem('link'), 404))
  app.onError((error, context) => refuse(context, 'status' in error ? 'run-out' : 'unavailable', error))
  app.get('/portal.css', (context) => context.body(STYLESHEET, 200, { 'Content-Type': 'text/css; charset=utf-8' }))

  // OpenID Connect Core §4: both methods. It changes nothing but which page this browser sees next.
  app.on(['GET', 'POST'], '/login/initiate', async (context) => {
    const parameters = context.req.method === 'POST' ? await bodyOf(context) : queryOf(context)
    const judged = judgeInitiation(parameters, grants.issuer, kioskProvider.devicePage)
    if (judged.kind === 'refused') {
      // Without its query, which may hold a code; for an operator whose `devicePage` is not the provider's.
      const [target] = parameterOf(parameters, 'target_link_uri').split(/[?#]/)
      return refuse(context, 'link', `${judged.why}: ${target}`)
    }
    const { userCode, loginHint } = judged
    signIns.begin(context, { kind: 'comparing', userCode, loginHint, login: null })
    return toSignIn(context)
  })

  app.get('/sign-in', (context) => {
    const signIn = signIns.find(context)
    if (!signIn) return refuse(context, 'run-out', 'no sign-in')
    const form = { userCode: signIn.userCode, csrfToken: signIns.csrfToken(context, signIn) }
    switch (signIn.kind) {
      case 'comparing':
        return context.html(pages.compare(form))
      case 'approving':
        return context.html(pages.approve({ ...form, person: signIn.person }))
      case 'sent':
        return context.html(pages.sent())
      case 'bound':
        return context.html(pages.waiting())
      default:
        return signIn satisfies never
    }
  })

  app.post('/sign-in/login', async (context) => {
    const { address, login: started } = await login.start()
    const csrfToken = await csrfTokenOf(context)
    const signIn = signIns.take(context, ['comparing'], csrfToken)
    if (!signIn) return refuseForm(context)
    signIns.put(context, { ...signIn, login: started })
    if (signIn.loginHint !== undefined) address.searchParams.set('login_hint', signIn.loginHint)
    return context.redirect(address.href, 303)
  })

  app.get(CALLBACK_PATH, async (context) => {
    const state = parameterOf(queryOf(context), 'state')
    const signIn = signIns.find(context)
    if (signIn?.kind !== 'comparing' || signIn.login?.state !== state) return refuse(context, 'run-out', 'state')
    // Forgotten before it is used: the same address does nothing a second time.
    signIns.put(context, { ...signIn, login: null })
    try {
      const person = await login.finish(new URL(context.req.url).search, signIn.login)
      signIns.begin(context, { kind: 'approving', userCode: signIn.userCode, person })
    } catch (error) {
      return refuse(context, 'not-signed-in', error)
    }
    return toSignIn(context)
  })

  app.post('/sign-in/approve', async (context) => {
    const csrfToken = await csrfTokenOf(context)
    const signIn = signIns.take(context, ['approving'], csrfToken)
    if (!signIn) return refuseForm(context)
    const { userCode, person } = signIn
    signIns.put(context, { kind: 'sent', userCode })
    const binding = await grants.bind(userCode, person)
    if (binding.kind !== 'bound') {
      signIns.forget(context)
      return refuse(context, binding.kind, binding.why)
    }
    log('bound', { userCode, issuer: person.issuer, subject: person.subject, name: person.name })
    const lookAtMs = performance.now() + answerLimitSeconds * 1000
    signIns.begin(context, { kind: 'bound', userCode, name: person.name, statusToken: binding.statusToken, lookAtMs })
    return toSignIn(context)
  })

  app.post('/sign-in/cancel', async (context) => {
    const csrfToken = await csrfTokenOf(context)
    const signIn = signIns.take(context, ['comparing', 'approving'], csrfToken)
    if (!signIn) return refuseForm(context)
    const { userCode } = signIn
    const by = signIn.kind === 'approving' ? signIn.person.subject : null
    // Whoever only opened a link is nobody yet: for them the portal's credential is not spent, and no code is judged.
    const isTold = by !== null && (await grants.decline(userCode).catch(noteFailure('decline')))
    log('declined', { userCode, isTold, by })
    return context.html(pages.declined(isTold))
  })

  app.get('/sign-in/result', async (context) => {
    const signIn = signIns.find(context)
    if (signIn?.kind !== 'bound') return refuse(context, 'run-out', 'no sign-in')
    const { statusToken, lookAtMs, name } = signIn
    const { signal } = context.req.raw
    const isAnswered = await grants.isAnswered(statusToken, lookAtMs, signal).catch(noteFailure('status'))
    return context.html(isAnswered ? pages.done(name) : pages.look())
  })
  return app
}
