/** The pages a person meets on their phone, as HTML. Never takes text into a page unescaped, never uses a script. */
import type { StaffAccount } from './staff-accounts.ts'

export const STYLESHEET_PATH = '/phone.css'

/** Why the code page is shown once more. */
export type CodeProblem = 'missing' | 'unknown' | 'expired' | 'used' | 'interrupted'

const CODE_PROBLEMS: Readonly<Record<CodeProblem, string>> = {
  missing: 'Type the code that the kiosk shows.',
  unknown: 'That is not the code. Look at the kiosk’s screen and try again.',
  expired: 'That code has run out. The kiosk shows a new one.',
  used: 'That code was used before. Type the one that the kiosk shows now.',
  interrupted: 'This sign-in was interrupted. Type the code that the kiosk shows now.',
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

const KIOSK_MARK = `<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
  <rect x="6" y="3" width="20" height="20" rx="4.5"/><circle cx="16" cy="10.5" r="3"/>
  <path d="M10.5 18.5a5.5 5.5 0 0 1 11 0M16 23v4M10.5 28.5h11"/></svg>`
const DONE_MARK = `<svg class="sign done" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
  <circle cx="32" cy="32" r="31"/><path d="m20.5 33 8 8 15.5-17"/></svg>`
const STOPPED_MARK = `<svg class="sign stopped" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
  <circle cx="32" cy="32" r="31"/><path d="M22 32h20"/></svg>`

type Page = { title: string; kind: string; content: string }

function renderPage({ title, kind, content }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f7f5f1">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131516">
<title>${title} · Reception sign-in</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLESHEET_PATH}">
</head>
<body>
<header>${KIOSK_MARK}<span>Reception sign-in</span><span class="badge">Demo</span></header>
<main class="${kind}">
${content}
</main>
</body>
</html>
`
}

type FormTarget = { action: string; xsrf: string }

function openForm({ action, xsrf }: FormTarget): string {
  return `<form method="post" action="${escapeHtml(action)}" novalidate>
<input type="hidden" name="xsrf" value="${escapeHtml(xsrf)}">`
}

/** Where a person types the code by hand, after a short link or a wrong code. */
export function renderEnterCodePage(page: FormTarget & { typedCode: string; problem: CodeProblem | null }): string {
  const { typedCode, problem } = page
  const alert = problem === null ? '' : `<p class="problem" id="problem" role="alert">${CODE_PROBLEMS[problem]}</p>`
  const invalid = problem === null ? '' : ' aria-invalid="true"'
  const describedBy = problem === null ? 'hint' : 'problem hint'
  return renderPage({
    title: problem === null ? 'Enter code' : 'Enter code again',
    kind: 'enter-code',
    content: `<h1>Enter the code from the kiosk</h1>
<p class="lead" id="hint">Eight letters, as on its screen. The dash may be left out.</p>
${openForm(page)}
<label for="user-code">Code</label>
<input class="code-field" id="user-code" name="user_code" type="text" value="${escapeHtml(typedCode)}" maxlength="16"
  placeholder="XXXX-XXXX" autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false"
  enterkeyhint="go" aria-describedby="${describedBy}"${invalid} autofocus>
${alert}
<div class="actions"><button type="submit" class="primary">Continue</button></div>
</form>`,
  })
}

/** RFC 8628 §3.3.1: also after a scan, the person compares the code with the one on the device. */
export function renderConfirmPage(page: FormTarget & { userCode: string; clientName: string }): string {
  const { userCode, clientName } = page
  return renderPage({
    title: 'Compare codes',
    kind: 'confirm',
    content: `<h1>Is this the code on the kiosk’s screen?</h1>
<p class="code" translate="no">${escapeHtml(userCode)}</p>
<p class="lead"><strong>${escapeHtml(clientName)}</strong> wants to sign you in. Continue only if you are standing in
front of it and started this yourself.</p>
${openForm(page)}
<input type="hidden" name="user_code" value="${escapeHtml(userCode)}">
<div class="actions bottom">
<button type="submit" name="confirm" value="yes" class="primary">Yes, continue</button>
<button type="submit" name="abort" value="yes" class="quiet">Cancel</button>
</div>
</form>`,
  })
}

function initialsOf(name: string): string {
  const letters = name.split(/\s+/).map((word) => word.charAt(0))
  return letters.slice(0, 2).join('').toUpperCase()
}

function renderAccount({ accountId, name, email }: StaffAccount): string {
  return `<li><button type="submit" class="account" name="account" value="${escapeHtml(accountId)}">
<span class="initials" aria-hidden="true">${escapeHtml(initialsOf(name))}</span>
<span class="who"><span class="name">${escapeHtml(name)}</span> <span class="email">${escapeHtml(email)}</span></span>
</button></li>`
}

/** Stands for a real provider's sign-in. */
export function renderChooseAccountPage({ action, staff }: { action: string; staff: readonly StaffAccount[] }): string {
  return renderPage({
    title: 'Choose account',
    kind: 'choose-account',
    content: `<h1>Choose your account</h1>
<p class="lead">This is a demo: nobody is asked for a password.</p>
<form method="post" action="${escapeHtml(action)}" novalidate>
<ul class="accounts">
${staff.map(renderAccount).join('\n')}
</ul>
<div class="actions bottom"><button type="submit" name="cancel" value="yes" class="quiet">Cancel</button></div>
</form>`,
  })
}

export function renderSuccessPage({ name }: { name: string }): string {
  return renderPage({
    title: 'Signed in',
    kind: 'outcome',
    content: `${DONE_MARK}
<h1>You can look up</h1>
<p class="lead">The kiosk is opening for <strong>${escapeHtml(name)}</strong>.</p>
<p class="after">Your phone is done: you can close this page.</p>`,
  })
}

export function renderDeclinedPage(): string {
  return renderPage({
    title: 'Sign-in cancelled',
    kind: 'outcome',
    content: `${STOPPED_MARK}
<h1>Sign-in cancelled</h1>
<p class="lead">The kiosk was told no and has learned nothing about you.</p>
<p class="after">You can close this page, or start again at the kiosk.</p>`,
  })
}

export function renderErrorPage({ what, enterCodePath }: { what: string; enterCodePath: string }): string {
  return renderPage({
    title: 'Not possible',
    kind: 'outcome',
    content: `${STOPPED_MARK}
<h1>That did not work</h1>
<p class="lead">${escapeHtml(what)}</p>
<div class="actions"><a class="button primary" href="${escapeHtml(enterCodePath)}">Enter a code</a></div>`,
  })
}
