import { describe, expect, it } from 'vitest'
import { confineApp } from './app-confines.ts'

const app = confineApp({
  url: 'https://reception.test/kiosk',
  apiOrigins: ['https://api.test'],
  permissions: ['camera'],
})

describe('the confines of a hosted app', () => {
  it.each(['https://reception.test/', 'https://reception.test:443/other?x=1#y', 'HTTPS://RECEPTION.test/kiosk'])(
    'let its page go to %s',
    (url) => {
      expect([app.isInside(url), app.mayRedirect(url)]).toEqual([true, true])
    },
  )

  it.each([
    'https://api.test/',
    'http://reception.test/',
    'https://reception.test:8443/',
    'https://reception.test.evil.test/',
    'https://evil.test/?https://reception.test/',
    'https://reception.test@evil.test/',
    'https://me:secret@reception.test/',
    'https://sub.reception.test/',
    'about:blank',
    'blob:https://reception.test/1f0c',
    'data:text/html,x',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'app://kiosk/index.html',
    'ms-settings:display',
    '',
  ])('do not let its page go to %s', (url) => {
    expect([app.isInside(url), app.mayRedirect(url)]).toEqual([false, false])
  })

  it('let frames within it go anywhere over TLS, and nowhere else', () => {
    expect(['https://maps.test/', 'https://reception.test/x'].map(app.mayFrame)).toEqual([true, true])
    const others = ['http://maps.test/', 'data:text/html,x', 'file:///etc/passwd', 'app://kiosk/', 'tel:112', 'blob:x']
    expect(others.filter(app.mayFrame)).toEqual([])
  })

  it('give the devices that the bundle names to its own origin, and to no other', () => {
    const [own, media] = ['https://reception.test/', 'media']
    expect(app.mayUse({ permission: media, url: own, media: ['video'] })).toBe(true)
    const refused = [
      { permission: media, url: own, media: ['audio'] },
      { permission: media, url: own, media: ['video', 'audio'] },
      { permission: media, url: own, media: ['unknown'] },
      { permission: media, url: own, media: [] },
      { permission: media, url: 'https://maps.test/', media: ['video'] },
      { permission: media, url: 'https://reception.test.evil.test/', media: ['video'] },
      { permission: 'display-capture', url: own, media: ['video'] },
      { permission: 'geolocation', url: own, media: [] },
      { permission: 'openExternal', url: own, media: [] },
    ]
    expect(refused.filter(app.mayUse)).toEqual([])
  })
})
