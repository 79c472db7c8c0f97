import { describe, expect, it } from 'vitest'
import { findPlaces } from './json-places.ts'

const TEXT = `{
  "version": 1,
  "sites": [
    { "place": "Building 4",
      "devices": {
        "kiosk.example.com": "Main lobby",
        "DR-0042": "Back door",
        "DR-0042": "Canteen" } }
  ],
  "identity": {
    "issuer": "https://login.example.com"
  },
  "version": 2
}`

describe('findPlaces', () => {
  it.each([
    ['sites', 3],
    ['sites.0.place', 4],
    ['sites.0.devices.kiosk.example.com', 6],
    ['sites.0.devices.DR-0042', 8],
    ['identity.issuer', 11],
    ['identity.clientId', 10],
    ['brand', 1],
    ['version', 13],
  ])('finds %s in line %i, or where it is missing', (path, line) => {
    expect(findPlaces(TEXT).lineOf(path)).toBe(line)
  })

  it('names what is written twice', () => {
    expect(findPlaces(TEXT).repeated).toEqual([
      { path: 'sites.0.devices.DR-0042', line: 8 },
      { path: 'version', line: 13 },
    ])
  })

  it('does without for what is too deep to be a configuration', () => {
    const places = findPlaces(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
    expect([places.lineOf('brand'), places.repeated]).toEqual([null, []])
  })
})
