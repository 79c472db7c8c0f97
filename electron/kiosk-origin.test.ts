import { describe, expect, it } from 'vitest'
import { isKioskUrl } from './kiosk-origin.ts'

describe('the kiosk’s own page', () => {
  it.each(['app://kiosk/index.html', 'app://kiosk/', 'app://kiosk', 'APP://kiosk/x', 'app://kiosk/../a?b#c'])(
    'is %s',
    (url) => expect(isKioskUrl(url)).toBe(true),
  )

  it.each([
    'app://kiosk.evil.test/index.html',
    'app://evil.test/?app://kiosk/',
    'app://evil.test/#app://kiosk/index.html',
    'app://evil.test\\@kiosk/',
    'app://kiosk@evil.test/',
    'app://user@kiosk/index.html',
    'app://user:word@kiosk/index.html',
    'app://:word@kiosk/',
    'app://kiosk:80/index.html',
    'app://kiosk:evil.test/',
    'app://kiosk./index.html',
    'app://KIOSK/index.html',
    'app://kiosk%2eevil.test/',
    'app://kiosk%00.evil.test/',
    'app:///kiosk/index.html',
    'app:kiosk/index.html',
    'apps://kiosk/index.html',
    'xapp://kiosk/index.html',
    'https://kiosk/index.html',
    'http://app/kiosk',
    'blob:app://kiosk/0b2e',
    'filesystem:app://kiosk/temporary/x',
    'view-source:app://kiosk/index.html',
    'javascript:location="app://kiosk/"',
    'data:text/html,app://kiosk/',
    'file:///app://kiosk/index.html',
    'about:blank',
    'about:srcdoc',
    'chrome://gpu',
    'devtools://devtools/bundled/inspector.html',
    '//kiosk/index.html',
    'kiosk',
    '',
  ])('is not %s', (url) => expect(isKioskUrl(url)).toBe(false))
})
