import { describe, expect, it } from 'vitest'
import { shortUrl, shortUrlParts } from './short-url.ts'

describe('shortUrl', () => {
  it.each([
    ['https://login.example.com/device', 'login.example.com/device'],
    ['https://microsoft.com/devicelogin/', 'microsoft.com/devicelogin'],
    ['http://localhost:4100/device', 'localhost:4100/device'],
    ['HTTPS://example.com/', 'example.com'],
    ['https://example.com/activate?ui=kiosk', 'example.com/activate?ui=kiosk'],
  ])('writes %s as %s', (verificationUri, expected) => {
    expect(shortUrl(verificationUri)).toBe(expected)
  })
})

describe('shortUrlParts', () => {
  it('breaks only before a slash and loses nothing', () => {
    const parts = shortUrlParts('https://login.microsoftonline.com/common/oauth2/deviceauth')
    expect(parts).toEqual(['login.microsoftonline.com', '/common', '/oauth2', '/deviceauth'])
  })
})
