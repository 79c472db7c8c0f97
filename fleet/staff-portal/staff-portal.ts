/** The portal's addresses and what each may lead to. Never redirects to an address that a request brought along. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import { secureHeaders } from 'hono/secure-headers'
import { z } from 'zod'
import { CALLBACK_PATH, createCompanyLogin } from './company-login.ts'
import { createDeviceGrants } from './device-grant.ts'
import { gather, judgeInitiation } from './initiate-login.ts'
import { createPages, type Problem } from './pages.ts'
import type { PortalSettings } from './portal-settings.ts'
import { createSignIns } from './sign-ins.ts'

/** For the operator; never carries a token. */
export type PortalLog = (event: string, details: Readonly<Record<string, unknown>>) => void

const STYLESHEET = readFileSync(join(import.meta.dirname, 'portal.css'), 'utf8')
const formSchema = z.object({ csrf: z.tuple([z.string().max(500)]) })
const callbackSchema = z.object({ state: z.tuple([z.string().max(500)]) })

const queryOf = (context: Context) => new URL(context.req.url).searchParams
const bodyOf = async (context: Context) => new URLSearchParams(await context.req.text())
const csrfOf = async (context: Context) => formSchema.safeParse(gather(await bodyOf(context))).data?.csrf[0]

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
    log('refused', { problem, why, path: context.req.path })
    return context.html(pages.problem(problem), problem === 'unavailable' ? 503 : 400)
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
  app.use(secureHeaders({ contentSecurityPolicy, referrerPolicy: 'same-origin', xFrameOptions: 'DENY' }))
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
    if (judged.kind === 'refused') return refuse(context, 'link', judged.why)
    const { userCode, loginHint } = judged
    signIns.begin(context, { kind: 'comparing', userCode, loginHint, login: null })
    return toSignIn(context)
  })

  app.get('/sign-in', (context) => {
    const signIn = signIns.find(context)
    if (!signIn) return refuse(context, 'run-out', 'no sign-in')
    const form = { userCode: signIn.userCode, csrfToken: signIns.csrfToken(signIn) }
    if (signIn.kind === 'comparing') return context.html(pages.compare(form))
    if (signIn.kind === 'approving') return context.html(pages.approve({ ...form, person: signIn.person }))
    return context.html(pages.waiting())
  })

  app.post('/sign-in/login', async (context) => {
    const signIn = signIns.take(context, ['comparing'], await csrfOf(context))
    if (!signIn) return refuse(context, 'run-out', 'form')
    signIns.put(context, signIn)
    const started = await login.start(signIn.loginHint)
    signIns.put(context, { ...signIn, login: started.login })
    return context.redirect(started.address.href, 303)
  })

  app.get(CALLBACK_PATH, async (context) => {
    const answer = callbackSchema.safeParse(gather(queryOf(context)))
    const signIn = signIns.find(context)
    const loginTry = signIn?.kind === 'comparing' ? signIn.login : null
    if (signIn?.kind !== 'comparing' || !loginTry || answer.data?.state[0] !== loginTry.state) {
      return refuse(context, 'run-out', 'state')
    }
    // Forgotten before it is used: the same address does nothing a second time.
    signIns.put(context, { ...signIn, login: null })
    try {
      const person = await login.finish(new URL(context.req.url).search, loginTry)
      signIns.begin(context, { kind: 'approving', userCode: signIn.userCode, person })
    } catch (error) {
      return refuse(context, 'not-signed-in', error)
    }
    return toSignIn(context)
  })

  app.post('/sign-in/approve', async (context) => {
    const signIn = signIns.take(context, ['approving'], await csrfOf(context))
    if (!signIn) return refuse(context, 'run-out', 'form')
    const { userCode, person } = signIn
    const binding = await grants.bind(userCode, person.idToken)
    if (binding.kind !== 'bound') return refuse(context, binding.kind, binding.cause)
    log('bound', { userCode, name: person.name })
    const lookAtMs = performance.now() + answerLimitSeconds * 1000
    signIns.begin(context, { kind: 'bound', userCode, name: person.name, statusToken: binding.statusToken, lookAtMs })
    return toSignIn(context)
  })

  app.post('/sign-in/cancel', async (context) => {
    const signIn = signIns.take(context, ['comparing', 'approving'], await csrfOf(context))
    if (!signIn) return refuse(context, 'run-out', 'form')
    signIns.end(context)
    const isTold = await grants.decline(signIn.userCode).catch((error: unknown) => {
      log('decline-failed', { userCode: signIn.userCode, error })
      return false
    })
    return context.html(pages.declined(isTold))
  })

  app.get('/sign-in/result', async (context) => {
    const signIn = signIns.find(context)
    if (signIn?.kind !== 'bound') return refuse(context, 'run-out', 'no sign-in')
    const { statusToken, lookAtMs, name } = signIn
    const isAnswered = await grants
      .isAnswered(statusToken, lookAtMs, context.req.raw.signal)
      .catch((error: unknown) => {
        log('status-failed', { error })
        return false
      })
    return context.html(isAnswered ? pages.done(name) : pages.look())
  })
  return app
}
