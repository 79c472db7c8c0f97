import { describe, expect, it } from 'vitest'
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { findSiteFaults, identifyDevice } from './device-identity.ts'

function configOf(settings: object): KioskConfig {
  const identity = { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' }
  const checked = checkKioskConfig({ version: 1, brand: { name: 'Contoso' }, identity, ...settings })
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return checked.config
}

const SITES = [
  { place: 'Building 4', devices: { 'DR-0042': 'Main lobby', 'DR-0043': 'Back door' } },
  { place: 'Building 5', devices: { 'DR-0042': 'Canteen' } },
]
const [BUILDING] = SITES
const NAMED = { device: { id: 'DR-0042' } }

describe('identifyDevice', () => {
  it.each([
    ['certificate', 'DR-0042', NAMED, 'DR-0042', 'certificate'],
    ['certificate, though the bundle says otherwise', 'DR-0001', NAMED, 'DR-0001', 'certificate'],
    ['bundle', null, NAMED, 'DR-0042', 'bundle'],
    ['host name, where nothing else does', null, {}, 'reception-pc', 'host-name'],
  ])('takes the id from the %s', (_what, certificateId, settings, deviceId, source) => {
    const found = identifyDevice(configOf(settings), { certificateId, hostName: 'reception-pc' })
    expect(found).toMatchObject({ deviceId, source })
  })

  const at = (hostName: string, settings: object, certificateId: string | null = null) => {
    const { kioskName, place, notices } = identifyDevice(configOf(settings), { certificateId, hostName })
    return [kioskName, place, ...notices.map(({ path, what, remedy }) => `${path} ${what}. ${remedy}`)]
  }

  it.each([
    ['listed', 'DR-0043', { sites: SITES }, ['Back door', 'Building 4']],
    ['without a table', 'DR-0043', {}, ['DR-0043', '']],
    ...['localhost', 'LOCALHOST.localdomain'].map((name): [string, string, object, string[]] => [
      `called ${name}`,
      name,
      {},
      [
        name,
        '',
        `device.id is left out, and this machine has no name of its own (${name}). Name the machine, or give device.id: whatever is bound to the device is lost when its name changes.`,
      ],
    ]),
    [
      'not listed',
      'DR-0099',
      { sites: [BUILDING] },
      [
        'DR-0099',
        '',
        'sites does not name this device, DR-0099. Add "DR-0099" to a site’s devices; until then the screen shows the id.',
      ],
    ],
    [
      'listed in other letters',
      'dr-0043',
      { sites: [BUILDING] },
      [
        'dr-0043',
        '',
        'sites does not name this device, dr-0043. Write sites.0.devices.DR-0043 as dr-0043: letter by letter the same.',
      ],
    ],
    [
      'listed twice',
      'DR-0042',
      { sites: SITES },
      [
        'Main lobby',
        'Building 4',
        'sites.1.devices.DR-0042 names DR-0042, which an earlier site names too. Name each device in one site; until then its first entry counts.',
      ],
    ],
  ])('finds name and place of a device that is %s', (_what, hostName, settings, said) => {
    expect(at(hostName, settings)).toEqual(said)
  })

  it('says so where bundle and certificate disagree', () => {
    expect(at('reception-pc', NAMED, 'DR-0001').slice(2)).toEqual([
      'device.id is not the id in the device’s certificate (DR-0001), which counts. Leave device.id out: the certificate names the device.',
    ])
  })
})

describe('findSiteFaults', () => {
  it.each([
    ['a table that is right', { sites: [BUILDING] }, []],
    [
      'a device in two sites',
      { sites: SITES },
      ['sites.1.devices.DR-0042 names DR-0042, which an earlier site names too'],
    ],
    [
      'two ids that look alike',
      { sites: [{ place: 'Building 4', devices: { 'DR-1': 'Lobby', 'dr-1': 'Door' } }] },
      ['sites.0.devices.dr-1 differs from sites.0.devices.DR-1 by the size of its letters alone'],
    ],
    [
      'a site that is listed twice',
      { sites: [BUILDING, { place: 'Building 4', devices: {} }] },
      ['sites.1.place is called Building 4, as an earlier site is'],
    ],
    [
      'one id for several devices',
      { ...NAMED, sites: [BUILDING] },
      ['device.id gives one id to every device that gets this bundle, and sites names several'],
    ],
  ])('names what is odd about %s', (_what, settings, faults) => {
    expect(findSiteFaults(configOf(settings)).map(({ path, what }) => `${path} ${what}`)).toEqual(faults)
  })
})
