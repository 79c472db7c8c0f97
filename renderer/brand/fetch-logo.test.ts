import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { LogoPart, LogoRequest } from '../../contract/brand.ts'
import { fetchLogo } from './fetch-logo.ts'

const LOGO = Buffer.from('a logo of some bytes')
const SHA256 = createHash('sha256').update(LOGO).digest('hex')
const PART_BYTES = 8

function partOf({ offset }: LogoRequest): LogoPart {
  const end = offset + PART_BYTES
  const bytes = LOGO.subarray(offset, end).toString('base64')
  return { kind: 'part', bytes, nextOffset: end < LOGO.length ? end : null }
}

describe('fetchLogo', () => {
  it('puts the parts together', async () => {
    const logo = await fetchLogo(SHA256, async (request) => partOf(request))
    expect(Buffer.from(logo ?? [])).toEqual(LOGO)
  })

  it('says that a logo is gone, also halfway', async () => {
    expect(await fetchLogo(SHA256, async () => ({ kind: 'gone' }))).toBeNull()
    expect(
      await fetchLogo(SHA256, async (request) => (request.offset > 0 ? { kind: 'gone' } : partOf(request))),
    ).toBeNull()
  })

  it.each<[string, (request: LogoRequest) => LogoPart]>([
    ['of another logo', () => ({ kind: 'part', bytes: 'AAAA', nextOffset: null })],
    ['that bring nothing', () => ({ kind: 'part', bytes: '', nextOffset: 8 })],
    ['that lead back', ({ offset }) => ({ kind: 'part', bytes: 'AAAA', nextOffset: offset === 0 ? 3 : 1 })],
    ['without end', ({ offset }) => ({ kind: 'part', bytes: 'AAAA', nextOffset: offset + 3 })],
  ])('takes no parts %s', async (_what, answer) => {
    await expect(fetchLogo(SHA256, async (request) => answer(request))).rejects.toThrow('the parts of the logo')
  })
})
