/** What a person reads on the phone; every text stands here. Escapes whatever it is given, and uses no script. */
import { html } from 'hono/html'
import type { Person } from './sign-ins.ts'

type Html = ReturnType<typeof html>
type Form = { userCode: string; csrfToken: string }
export type Problem = keyof typeof PROBLEMS

const SCAN_AGAIN = 'Scan the code that the kiosk shows now.'
const PROBLEMS = {
  link: ['This link does not belong to a kiosk', `It was not followed. ${SCAN_AGAIN}`],
  'run-out': ['This page has run out', 'Look at the kiosk. If it still shows a code, scan that.'],
  expired: ['That code has run out', 'The kiosk shows a new one. Scan that.'],
  used: ['That code was used before', SCAN_AGAIN],
  'not-allowed': ['You cannot sign in at this kiosk', 'Ask the people who look after the reception.'],
  'not-signed-in': ['You are not signed in', 'Your company’s sign-in was not finished. Nothing was approved.'],
  unavailable: ['This does not work right now', `Wait a moment, then look at the kiosk. ${SCAN_AGAIN}`],
} as const

const MARKS = { done: 'm20.5 33 8 8 15.5-17', underWay: 'M32 17v16l10 6', stopped: 'M21 32h22' }

export function createPages(brand: string) {
  const page = (title: string, content: Html, head: Html | '' = '') => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} · ${brand}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><link rel="stylesheet" href="/portal.css">
${head}</head><body><header>${brand}</header><main>${content}</main></body></html>`

  const outcome = (mark: keyof typeof MARKS, title: string, lead: Html | string, more: Html | '' = '') => html`
<svg viewBox="0 0 64 64" fill="none" stroke-width="4" stroke-linecap="round" aria-hidden="true"><circle cx="32" cy="32" r="31"/><path d="${MARKS[mark]}"/></svg>
<h1 class="outcome">${title}</h1><p class="outcome">${lead}</p>${more}`

  const form = (action: string, yes: string, { csrfToken }: Form) => html`<form method="post" action="${action}">
<input type="hidden" name="csrf" value="${csrfToken}"><button class="primary">${yes}</button>
<button formaction="/sign-in/cancel">Cancel</button></form>`

  return {
    compare(given: Form) {
      const content = html`<h1>Is this the code on the kiosk’s screen?</h1><p class="code" translate="no">${given.userCode}</p>
<p>Continue only if you stand in front of the kiosk and started this yourself. Never continue with a code that somebody
sent you.</p>${form('/sign-in/login', 'Yes, continue', given)}`
      return page('Compare codes', content)
    },
    approve({ person, ...given }: Form & { person: Person }) {
      const email = person.email === '' || person.email === person.name ? '' : html`<p>${person.email}</p>`
      const content = html`<h1>Sign in as ${person.name}?</h1>${email}<p class="code" translate="no">${given.userCode}</p>
<p>The kiosk that shows this code opens for you. Not you? Cancel, and sign out of your company’s account on this
phone.</p>${form('/sign-in/approve', 'Yes, sign me in', given)}`
      return page('Approve', content)
    },
    /** The next page answers when the kiosk has been answered; until then the browser keeps this one. */
    waiting() {
      const content = outcome('underWay', 'One moment', 'The kiosk is picking up your sign-in.')
      return page('One moment', content, html`<meta http-equiv="refresh" content="0;url=/sign-in/result">`)
    },
    sent() {
      const lead = 'Look at the kiosk: it asks whether it is you. If it is not, say so there.'
      return page('Look at the kiosk', outcome('underWay', 'Your approval is on its way', lead))
    },
    done(name: string) {
      const lead = html`Look back at the kiosk: it asks whether it is you, ${name}. You can close this page.`
      return page('Signed in', outcome('done', 'The kiosk has your sign-in', lead))
    },
    look() {
      const lead = 'Your approval was sent. The kiosk says whether it has arrived; if it still shows a code, scan that.'
      return page('Look at the kiosk', outcome('underWay', 'Look at the kiosk', lead))
    },
    declined(isTold: boolean) {
      const told = 'The kiosk was told no and has learned nothing about you.'
      const lead = isTold ? told : 'Nothing was approved. The kiosk’s code runs out by itself.'
      return page('Cancelled', outcome('stopped', 'Sign-in cancelled', lead))
    },
    problem(problem: Problem) {
      const [title, lead] = PROBLEMS[problem]
      const more = problem === 'not-signed-in' ? html`<a class="primary" href="/sign-in">Try again</a>` : ''
      return page(title, outcome('stopped', title, lead, more))
    },
  }
}
