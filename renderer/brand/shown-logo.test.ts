import { describe, expect, it } from 'vitest'
import type { LogoReference } from '../../contract/brand.ts'
import { shownLogo } from './shown-logo.ts'

const logo = (digit: string): LogoReference => ({ type: 'svg', sha256: digit.repeat(64) })
const PICTURE = { url: 'data:image/png;base64,AA==', shape: 1, pixels: [] }
const loaded = (digit: string) => ({ sha256: digit.repeat(64), picture: PICTURE })
const broken = (digit: string) => ({ sha256: digit.repeat(64), picture: null })

describe('shownLogo', () => {
  it('shows the initial where the bundle names no logo', () => {
    expect(shownLogo(null, null)).toEqual({ kind: 'initial' })
    expect(shownLogo(null, loaded('a'))).toEqual({ kind: 'initial' })
  })

  it('shows nothing before the first logo is there', () => {
    expect(shownLogo(logo('a'), null)).toEqual({ kind: 'loading' })
  })

  it('keeps the logo before until the next is ready', () => {
    expect(shownLogo(logo('b'), loaded('a'))).toEqual({ kind: 'picture', picture: PICTURE })
  })

  it('shows the initial for a logo that is broken, and waits for the one after it', () => {
    expect(shownLogo(logo('a'), broken('a'))).toEqual({ kind: 'initial' })
    expect(shownLogo(logo('b'), broken('a'))).toEqual({ kind: 'loading' })
  })
})
