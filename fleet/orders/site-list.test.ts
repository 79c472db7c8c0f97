import { describe, expect, it } from 'vitest'
import { kiosksOfSite, readSiteList } from './site-list.ts'

const BUNDLE = JSON.stringify({
  version: 1,
  brand: { name: 'Contoso' },
  sites: [
    { place: 'Building 4', devices: { 'DR-0010': 'Main lobby', 'DR-0009': 'Dock' } },
    { place: 'Warehouse', devices: { 'DR-0001': 'Gate' } },
    { place: 'building 4 ', devices: { 'DR-0002': 'Side door' } },
  ],
})

describe('the operator’s own list of sites', () => {
  it('says which devices stand at one, in any case', () => {
    const list = readSiteList(BUNDLE)
    expect(kiosksOfSite(list, ' BUILDING 4')).toEqual(['DR-0002', 'DR-0009', 'DR-0010'])
    expect(kiosksOfSite(list, 'Building')).toEqual([])
  })

  it.each(['canary', '[]', '{}', '{"sites":[{"place":"x","devices":{"canary/1":"x"}}]}'])(
    'is none in %s, and nothing of that is repeated',
    (json) => {
      expect(() => readSiteList(json)).toThrow(/^has no table of sites/)
    },
  )
})
