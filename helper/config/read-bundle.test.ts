import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { plainBrand } from '../../contract/brand.ts'
import { LANGUAGES } from '../../contract/languages.ts'
import { readBundle } from './read-bundle.ts'

const WHOLE = {
  version: 1,
  device: { id: 'DR-0042' },
  sites: [{ place: 'Building 4', devices: { 'DR-0042': 'Main lobby' } }],
  brand: { name: 'Contoso Reception' },
  identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' },
}
const [PEM = ''] = rootCertificates
const BROKEN_PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

describe('readBundle', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-bundle-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const write = (content: unknown) =>
    writeFile(join(folder, 'kiosk.json'), typeof content === 'string' ? content : JSON.stringify(content))

  async function problems(): Promise<string[]> {
    const reading = await readBundle(folder)
    return reading.ok ? [] : reading.problems.map(({ code, where, what }) => `${code}: ${where} ${what}`)
  }

  it('reads a whole bundle, and finds the device’s place in it', async () => {
    await write({ ...WHOLE, network: { trustedCaFiles: ['ca.pem'] } })
    await writeFile(join(folder, 'ca.pem'), PEM)
    expect(await readBundle(folder)).toMatchObject({
      ok: true,
      bundle: {
        deviceId: 'DR-0042',
        display: {
          brand: plainBrand('Contoso Reception'),
          kioskName: 'Main lobby',
          place: 'Building 4',
          languages: [...LANGUAGES],
        },
        trustedCaPems: [PEM],
      },
    })
  })

  it('lets a device outside the table go by its id', async () => {
    await write({ ...WHOLE, device: { id: 'DR-0099' } })
    expect(await readBundle(folder)).toMatchObject({ bundle: { display: { kioskName: 'DR-0099', place: '' } } })
  })

  it('takes the id in the device’s certificate before the bundle’s, and tells where the bundle does not fit', async () => {
    await write(WHOLE)
    expect(await readBundle(folder, 'DR-0099')).toMatchObject({
      bundle: {
        deviceId: 'DR-0099',
        deviceIdSource: 'certificate',
        display: { kioskName: 'DR-0099', place: '' },
        notices: [
          {
            where: 'kiosk.json › device.id',
            what: 'is not the id in the device’s certificate (DR-0099), which counts',
          },
          { where: 'kiosk.json › sites', what: 'does not name this device, DR-0099' },
        ],
      },
    })
  })

  it.each([
    ['an empty file', '', 'is empty'],
    ['half a file', '{ "version": 1,', 'is not JSON (at character 15 (line 1 column 16))'],
    ['something else', '<xml/>', 'is not JSON (at character 0 (line 1 column 1))'],
    ['a byte order mark', `\ufeff${JSON.stringify(WHOLE)}`, 'begins with a byte order mark'],
    ['UTF-16', JSON.stringify(WHOLE).replace(/./gs, '$&\0'), 'is not UTF-8'],
  ])('says what is wrong with %s', async (_what, content, what) => {
    await write(content)
    expect(await problems()).toEqual([`bundle-not-json: ${join(folder, 'kiosk.json')} ${what}`])
  })

  it('says that there is no bundle', async () => {
    expect(await problems()).toEqual([`bundle-missing: ${join(folder, 'kiosk.json')} does not exist`])
  })

  it.skipIf(process.getuid?.() === 0)('says that it may not read the bundle', async () => {
    await write(WHOLE)
    await chmod(join(folder, 'kiosk.json'), 0o000)
    expect(await problems()).toEqual([`bundle-unreadable: ${join(folder, 'kiosk.json')} cannot be read (EACCES)`])
  })

  it('lists every fault of a half-filled bundle by its path', async () => {
    await write({ version: 1, brand: {}, identity: { provider: 'okta' } })
    expect(await problems()).toEqual([
      'bundle-invalid: kiosk.json › brand.name is missing',
      'bundle-invalid: kiosk.json › identity.issuer is missing',
      'bundle-invalid: kiosk.json › identity.clientId is missing',
    ])
  })

  it('lists every certificate file that is missing, unreadable or outside the bundle, beside other faults', async () => {
    await write({
      ...WHOLE,
      network: { trustedCaFiles: ['none.pem', 'text.pem', '../ca.pem', 'broken.pem'] },
      colour: 1,
    })
    await writeFile(join(folder, 'text.pem'), 'hello')
    await writeFile(join(folder, 'broken.pem'), PEM + BROKEN_PEM)
    expect(await problems()).toEqual([
      'bundle-invalid: kiosk.json › colour is not a setting of this version',
      'bundle-file-missing: kiosk.json › network.trustedCaFiles.0 names none.pem, which cannot be read',
      'bundle-file-missing: kiosk.json › network.trustedCaFiles.1 names text.pem, which holds no readable PEM certificate',
      'bundle-invalid: kiosk.json › network.trustedCaFiles.2 names a path (../ca.pem), not a file of the bundle',
      'bundle-file-missing: kiosk.json › network.trustedCaFiles.3 names broken.pem, which holds no readable PEM certificate',
    ])
  })
})
