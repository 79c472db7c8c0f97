/** Which page a person meets at each step of the device flow. Never decides about a code: oidc-provider does. */
import { readFile } from 'node:fs/promises'
import type Provider from 'oidc-provider'
import { type Configuration, errors, type InteractionResults, type KoaContextWithOIDC } from 'oidc-provider'
import {
  type CodeProblem,
  renderChooseAccountPage,
  renderConfirmPage,
  renderDeclinedPage,
  renderEnterCodePage,
  renderErrorPage,
  renderSuccessPage,
  STYLESHEET_PATH,
} from './phone-pages.ts'
import type { WebClient } from './portal-clients.ts'
import { PROVIDER_PATHS, type ProviderMiddleware, type ProviderRequest, readForm } from './provider-request.ts'
import { findStaffAccount, STAFF_ACCOUNTS } from './staff-accounts.ts'

const CHOOSE_ACCOUNT_PATH = '/choose-account/'

/**
 * `script-src` without a source allows no script. oidc-provider adds the hash of the one it sends itself, which posts
 * the code of a scanned link. Browsers hold the redirect after a form to `form-action` too.
 */
function contentSecurityPolicy(formTargets: readonly string[]): string {
  return [
    "default-src 'none'",
    'script-src',
    "style-src 'self'",
    'img-src data:',
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The names of the errors after which oidc-provider shows the code page again. */
const CODE_PROBLEMS: Readonly<Record<string, CodeProblem>> = {
  NoCodeError: 'missing',
  NotFoundError: 'unknown',
  ExpiredError: 'expired',
  AlreadyUsedError: 'used',
}

function xsrfOf(context: KoaContextWithOIDC): string {
  return String(context.oidc.session?.state?.secret ?? '')
}

function showPage(context: ProviderRequest | KoaContextWithOIDC, html: string): void {
  context.type = 'html'
  context.body = html
}

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>

/** The pages that oidc-provider asks for by itself. */
export const deviceFlowPages: Pick<DeviceFlow, 'userCodeInputSource' | 'userCodeConfirmSource' | 'successSource'> = {
  async userCodeInputSource(context, _form, _out, error) {
    if (error?.name === 'AbortedError') return showPage(context, renderDeclinedPage())
    const typedCode = error === undefined ? '' : ((await readForm(context.req)).get('user_code') ?? '')
    const problem = error === undefined ? null : (CODE_PROBLEMS[error.name] ?? 'interrupted')
    const action = context.oidc.urlFor('code_verification')
    showPage(context, renderEnterCodePage({ action, xsrf: xsrfOf(context), typedCode, problem }))
  },
  userCodeConfirmSource(context, _form, client, _deviceInfo, userCode) {
    const action = context.oidc.urlFor('code_verification')
    const clientName = client.clientName ?? client.clientId
    showPage(context, renderConfirmPage({ action, xsrf: xsrfOf(context), userCode, clientName }))
  },
  successSource(context) {
    const account = findStaffAccount(context.oidc.session?.accountId)
    showPage(context, renderSuccessPage({ name: account?.givenName ?? 'you' }))
  },
}

/** Errors outside the device flow's own pages, such as a page that was opened twice. */
export const renderProviderError: NonNullable<Configuration['renderError']> = (context, out) => {
  const what = out.error_description ?? out.error
  showPage(context, renderErrorPage({ what, enterCodePath: PROVIDER_PATHS.codeVerification }))
}

/** Where oidc-provider sends a person who has not said yet who they are. */
export function chooseAccountPath({ uid }: { uid: string }): string {
  return `${CHOOSE_ACCOUNT_PATH}${uid}`
}

/**
 * Keeps every page to its own origin and without scripts of ours.
 *
 * @param application where the sign-in of a registered web application leads back to
 */
export function guardPages(application: WebClient | undefined): ProviderMiddleware {
  const policy = contentSecurityPolicy(application ? [new URL(application.redirectUri).origin] : [])
  return async (context, next) => {
    context.set('content-security-policy', policy)
    context.set('x-content-type-options', 'nosniff')
    context.set('referrer-policy', 'same-origin')
    await next()
  }
}

/** Serves the stylesheet of the pages. */
export async function serveStylesheet(): Promise<ProviderMiddleware> {
  const stylesheet = await readFile(new URL('./phone-page-style.css', import.meta.url), 'utf8')
  return async (context, next) => {
    if (context.path !== STYLESHEET_PATH) return next()
    context.type = 'css'
    context.set('cache-control', 'max-age=3600')
    context.body = stylesheet
  }
}

/** The "choose account" step: shows the staff, and tells oidc-provider who was chosen. */
export function chooseAccount(provider: Provider): ProviderMiddleware {
  async function finish(context: ProviderRequest, result: InteractionResults): Promise<void> {
    const resumeUrl = await provider.interactionResult(context.req, context.res, result)
    context.status = 303
    context.redirect(resumeUrl)
  }
  return async (context, next) => {
    if (!context.path.startsWith(CHOOSE_ACCOUNT_PATH)) return next()
    context.set('cache-control', 'no-store')
    const form = await readForm(context.req)
    const account = findStaffAccount(form.get('account'))
    try {
      if (account) {
        const { accountId } = account
        return await finish(context, { login: { accountId, remember: false }, consent: {} })
      }
      if (form.has('cancel')) {
        return await finish(context, { error: 'access_denied', error_description: 'the person cancelled' })
      }
      await provider.interactionDetails(context.req, context.res)
    } catch (cause) {
      if (!(cause instanceof errors.SessionNotFound)) throw cause
      context.status = 400
      const what = 'This page has run out. Start again with the code that the kiosk shows now.'
      return showPage(context, renderErrorPage({ what, enterCodePath: PROVIDER_PATHS.codeVerification }))
    }
    showPage(context, renderChooseAccountPage({ action: context.path, staff: STAFF_ACCOUNTS }))
  }
}
