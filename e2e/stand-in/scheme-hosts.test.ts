/** The mapping between the app's scheme and its https hosts. */
import { describe, expect, it } from 'vitest'
import {
  electronOriginOf,
  registerSchemes,
  schemeOfMappedUrl,
  toChromiumPolicy,
  toChromiumUrl,
  toElectronUrl,
} from './scheme-hosts.ts'

registerSchemes([{ scheme: 'app', privileges: { standard: true, secure: true } }])

describe('the app’s scheme', () => {
  it.each([
    { electron: 'app://kiosk/x?y=1#z', chromium: 'https://kiosk.app.stand-in.invalid/x?y=1#z' },
    { electron: 'app://kiosk/', chromium: 'https://kiosk.app.stand-in.invalid/' },
    { electron: 'https://example.com/app://kiosk', chromium: 'https://example.com/app://kiosk' },
    { electron: 'other://kiosk/', chromium: 'other://kiosk/' },
    { electron: 'about:blank', chromium: 'about:blank' },
  ])('maps $electron and back', ({ electron, chromium }) => {
    expect(toChromiumUrl(electron)).toBe(chromium)
    expect(toElectronUrl(chromium)).toBe(electron)
  })

  it.each([
    { url: 'https://kiosk.app.stand-in.invalid/x', scheme: 'app', origin: 'app://kiosk' },
    { url: 'https://kiosk.other.stand-in.invalid/x', scheme: null, origin: 'https://kiosk.other.stand-in.invalid' },
    { url: 'https://evil.example/?kiosk.app.stand-in.invalid/', scheme: null, origin: 'https://evil.example' },
    {
      url: 'https://kiosk.app.stand-in.invalid.evil.example/',
      scheme: null,
      origin: 'https://kiosk.app.stand-in.invalid.evil.example',
    },
    { url: 'about:blank', scheme: null, origin: 'null' },
  ])('tells the scheme and origin of $url', ({ url, scheme, origin }) => {
    expect(schemeOfMappedUrl(url)).toBe(scheme)
    expect(electronOriginOf(url)).toBe(origin)
  })

  it.each([
    { policy: "default-src 'self'", mapped: "default-src 'self'" },
    {
      policy: 'img-src app: data:; font-src app://kiosk',
      mapped: 'img-src https://*.app.stand-in.invalid data:; font-src https://kiosk.app.stand-in.invalid',
    },
    { policy: 'connect-src https://myapp:8080 otherapp:', mapped: 'connect-src https://myapp:8080 otherapp:' },
  ])('maps the policy $policy', ({ policy, mapped }) => {
    expect(toChromiumPolicy(policy)).toBe(mapped)
  })

  it.each([
    { why: 'it is not standard', scheme: { scheme: 'x', privileges: { secure: true } } },
    { why: 'it is not secure', scheme: { scheme: 'x', privileges: { standard: true } } },
    {
      why: 'it bypasses the policy',
      scheme: { scheme: 'x', privileges: { standard: true, secure: true, bypassCSP: true } },
    },
    { why: 'no host can be named after it', scheme: { scheme: 'x+y', privileges: { standard: true, secure: true } } },
  ])('refuses a scheme where $why', ({ scheme }) => {
    expect(() => registerSchemes([scheme])).toThrow('electron stand-in')
  })
})
