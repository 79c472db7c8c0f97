/** Tests that every page stands alone: escaped, scriptless and readable by a screen reader. */
import { describe, expect, it } from 'vitest'
import {
  type CodeProblem,
  escapeHtml,
  renderChooseAccountPage,
  renderConfirmPage,
  renderDeclinedPage,
  renderEnterCodePage,
  renderErrorPage,
  renderSuccessPage,
} from './phone-pages.ts'
import { DEMO_TENANT_ID } from './staff-accounts.ts'

const EVIL = '"><script>alert(1)</script>'
const form = { action: `/device?${EVIL}`, xsrf: EVIL }
const evilAccount = { accountId: EVIL, oid: EVIL, tid: DEMO_TENANT_ID, name: EVIL, givenName: EVIL, email: EVIL }

const PAGES: [name: string, html: string][] = [
  ['enter code', renderEnterCodePage({ ...form, typedCode: EVIL, problem: null })],
  ['wrong code', renderEnterCodePage({ ...form, typedCode: EVIL, problem: 'unknown' })],
  ['confirm', renderConfirmPage({ ...form, userCode: EVIL, clientName: EVIL })],
  ['choose account', renderChooseAccountPage({ action: form.action, staff: [evilAccount] })],
  ['success', renderSuccessPage({ name: EVIL })],
  ['declined', renderDeclinedPage()],
  ['error', renderErrorPage({ what: EVIL, enterCodePath: EVIL })],
]

describe.each(PAGES)('the page "%s"', (_name, html) => {
  it('escapes whatever it is given', () => {
    expect(html).not.toContain('<script')
    expect(html).not.toContain('">&lt;script')
  })

  it('holds no inline style, no handler and no foreign address', () => {
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|https?:\/\//)
  })

  it('names its language and has one heading', () => {
    expect(html).toContain('<html lang="en">')
    expect(html.match(/<h1>/g)).toHaveLength(1)
  })
})

describe('the code page', () => {
  it.each<[CodeProblem, RegExp]>([
    ['missing', /Type the code/],
    ['unknown', /not the code/],
    ['expired', /run out/],
    ['used', /used before/],
    ['interrupted', /interrupted/],
  ])('says aloud what is wrong with a code that is %s', (problem, words) => {
    const html = renderEnterCodePage({ action: '/device', xsrf: 'x', typedCode: '', problem })
    expect(html).toMatch(words)
    expect(html).toContain('role="alert"')
    expect(html).toContain('aria-invalid="true"')
  })

  it('labels its field', () => {
    const html = renderEnterCodePage({ action: '/device', xsrf: 'x', typedCode: '', problem: null })
    expect(html).toContain('<label for="user-code">Code</label>')
    expect(html).not.toContain('role="alert"')
  })
})

describe('escapeHtml', () => {
  it.each([
    ['plain', 'plain'],
    ['<b>', '&lt;b&gt;'],
    ['a & b', 'a &amp; b'],
    [`"'`, '&quot;&#39;'],
    ['&lt;', '&amp;lt;'],
  ])('turns %s into %s', (text, escaped) => {
    expect(escapeHtml(text)).toBe(escaped)
  })
})
