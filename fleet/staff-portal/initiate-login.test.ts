import { describe, expect, it } from 'vitest'
import { judgeInitiation } from './initiate-login.ts'

const ISSUER = 'https://login.example.com/tenant'
const DEVICE_PAGE = 'https://login.example.com/device'

function judge(target: string, more: Record<string, string> = {}) {
  return judgeInitiation(new URLSearchParams({ iss: ISSUER, target_link_uri: target, ...more }), ISSUER, DEVICE_PAGE)
}

describe('judgeInitiation', () => {
  it.each([
    ['a code', '?user_code=BCDF-GHJK', 'BCDF-GHJK'],
    ['small letters', '?user_code=bcdf-ghjk', 'BCDF-GHJK'],
    ['a code without its dash', '?user_code=BCDFGHJK', 'BCDFGHJK'],
    ['digits', '?user_code=123-456-789', '123-456-789'],
    ['a hint of who signs in beside it', '?user_code=AB-CD&login_hint=alex%40contoso.example', 'AB-CD'],
    ['client and issuer beside it', `?user_code=AB-CD&client_id=kiosk&iss=${encodeURIComponent(ISSUER)}`, 'AB-CD'],
  ])('takes out of a genuine link %s', (_what, query, userCode) => {
    expect(judge(DEVICE_PAGE + query)).toEqual({ kind: 'accepted', userCode, loginHint: undefined })
  })

  it('keeps the hint of who signs in', () => {
    const judged = judge(`${DEVICE_PAGE}?user_code=AB-CD`, { login_hint: 'alex@contoso.example' })
    expect(judged).toMatchObject({ kind: 'accepted', loginHint: 'alex@contoso.example' })
  })

  it.each([
    ['parameters', `${DEVICE_PAGE}?user_code=AB-CD\n`],
    ['parameters', `${DEVICE_PAGE}?user_code=ＡＢ-CD`],
    ['target', `${DEVICE_PAGE}/?user_code=AB-CD`],
    ['target', `${DEVICE_PAGE}x?user_code=AB-CD`],
    ['target', `https://login.example.com:443/device?user_code=AB-CD`],
    ['target', `HTTPS://login.example.com/device?user_code=AB-CD`],
    ['target', `${DEVICE_PAGE}?user_code=AB-CD&then=https://evil.example`],
    ['target', `${DEVICE_PAGE}?user_code=%0aAB-CD`],
    ['target', `${DEVICE_PAGE}?user_code=`],
    ['user-code', `${DEVICE_PAGE}?user_code=AB+CD`],
    ['user-code', `${DEVICE_PAGE}?user_code=AB-`],
    ['user-code', `${DEVICE_PAGE}?user_code=ABCDEFGHJ`],
    ['user-code', `${DEVICE_PAGE}?user_code=%3Cb%3E`],
  ])('refuses for its %s: %j', (why, target) => {
    expect(judge(target)).toEqual({ kind: 'refused', why })
  })

  it('refuses what no phone’s browser would carry', () => {
    expect(judge(`${DEVICE_PAGE}?user_code=AB-CD&client_id=${'x'.repeat(3000)}`)).toEqual({
      kind: 'refused',
      why: 'parameters',
    })
  })
})
