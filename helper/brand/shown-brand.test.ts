import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LOGO_LIMIT_BYTES, type LogoPart } from '../../contract/brand.ts'
import { LINK_MESSAGE_LIMIT_BYTES } from '../../contract/link-protocol.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { readBundle } from '../config/read-bundle.ts'
import { createLog } from '../log.ts'
import { type ShownBrand, showBrand } from './shown-brand.ts'

const SVG_START = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4"/>'
/** As large as a logo may be. */
const LOGO = `${SVG_START}<!--${' '.repeat(LOGO_LIMIT_BYTES - SVG_START.length - 13)}--></svg>`
const BUNDLE = {
  version: 1,
  device: { id: 'DR-0042' },
  brand: { name: 'Contoso', logo: 'logo.svg' },
  identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' },
}

describe('showBrand', () => {
  let folder: string
  let shown: ShownBrand
  let displays: KioskSnapshot['display'][]
  let warnings: Record<string, unknown>[]

  const write = (changes: object) => writeFile(join(folder, 'kiosk.json'), JSON.stringify({ ...BUNDLE, ...changes }))

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-brand-'))
    await write({})
    await writeFile(join(folder, 'logo.svg'), LOGO)
    const reading = await readBundle(folder)
    if (!reading.ok) throw new Error('the bundle is whole')
    displays = []
    warnings = []
    const log = createLog('test')
    log.level = 'silent'
    log.warn = (fields: object) => warnings.push({ ...fields })
    const onDisplay = (display: KioskSnapshot['display']) => displays.push(display)
    shown = showBrand(reading.bundle, { onDisplay, log })
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function takeAnew(): Promise<void> {
    const reading = await readBundle(folder)
    if (reading.ok) shown.take(reading.bundle)
  }

  const idOf = async () => {
    const reading = await readBundle(folder)
    return (reading.ok && reading.bundle.display.brand.logo?.sha256) || ''
  }

  it('hands out a logo in parts that the link can carry', async () => {
    const sha256 = await idOf()
    let text = ''
    for (let offset: number | null = 0; offset !== null; ) {
      const part: LogoPart = shown.logoPart({ sha256, offset })
      if (part.kind === 'gone') throw new Error('the logo is there')
      expect(JSON.stringify(part).length).toBeLessThan(LINK_MESSAGE_LIMIT_BYTES)
      text += Buffer.from(part.bytes, 'base64').toString()
      offset = part.nextOffset
    }
    expect(text).toBe(LOGO)
  })

  it('hands out nothing but the logo of the bundle', async () => {
    const sha256 = await idOf()
    expect(shown.logoPart({ sha256: 'a'.repeat(64), offset: 0 })).toEqual({ kind: 'gone' })
    expect(shown.logoPart({ sha256, offset: LOGO_LIMIT_BYTES })).toEqual({ kind: 'gone' })
  })

  it('shows another brand, and its languages', async () => {
    await write({ brand: { name: 'Fabrikam' }, languages: ['de'] })
    await takeAnew()
    expect(displays).toMatchObject([{ brand: { name: 'Fabrikam', logo: null }, languages: ['de'] }])
    expect(warnings).toEqual([])
  })

  it('shows the initial for a logo that has become unusable, and says why', async () => {
    await writeFile(join(folder, 'logo.svg'), 'GIF89a')
    await takeAnew()
    const notice = {
      where: 'kiosk.json › brand.logo',
      what: expect.stringContaining('logo.svg, which is a GIF picture'),
    }
    expect(displays).toMatchObject([{ brand: { logo: null, notices: [notice] } }])
    expect(warnings).toMatchObject([{ event: 'brand.notice', notice }])
  })

  it('shows nothing of another device', async () => {
    await write({ device: { id: 'DR-0099' }, brand: { name: 'Fabrikam' } })
    await takeAnew()
    expect(displays).toEqual([])
  })
})
