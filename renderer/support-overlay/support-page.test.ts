import { describe, expect, it } from 'vitest'
import { type SupportPage, shownPage } from './support-page.ts'

describe('the page that is shown', () => {
  it.each<[SupportPage, boolean, SupportPage]>([
    ['status', false, 'status'],
    ['freshCode', false, 'freshCode'],
    ['technician', false, 'technician'],
    ['device', false, 'technician'],
    ['takeAway', false, 'technician'],
    ['status', true, 'status'],
    ['technician', true, 'device'],
    ['checks', true, 'checks'],
  ])('for %s with a grant %s is %s', (wanted, isGranted, shown) => {
    expect(shownPage(wanted, isGranted)).toBe(shown)
  })
})
