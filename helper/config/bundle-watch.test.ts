import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLog } from '../log.ts'
import { watchBundle } from './bundle-watch.ts'
import { type BundleReading, readBundle } from './read-bundle.ts'

const bundleOf = (name: string) =>
  JSON.stringify({
    version: 1,
    brand: { name },
    identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' },
  })

const log = createLog('test')
log.level = 'silent'

describe('watchBundle', () => {
  let folder: string
  let readings: BundleReading[]
  let stop: () => void

  function watch(lookAgainMs: number): void {
    stop = watchBundle(
      [folder],
      () => readBundle(folder),
      (reading) => readings.push(reading),
      { log, lookAgainMs },
    )
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-bundle-'))
    await writeFile(join(folder, 'kiosk.json'), bundleOf('Contoso'))
    readings = []
    watch(5)
  })
  afterEach(async () => {
    stop()
    await rm(folder, { recursive: true })
  })

  const names = () => readings.map((reading) => (reading.ok ? reading.bundle.display.brand.name : 'faulty'))
  const seen = (...expected: string[]) => vi.waitFor(() => expect(names()).toEqual(expected))

  it('reads the bundle once, and again after each change', async () => {
    await seen('Contoso')
    await writeFile(join(folder, 'kiosk.json'), bundleOf('Fabrikam'))
    await seen('Contoso', 'Fabrikam')
    await writeFile(join(folder, 'kiosk.json'), '{')
    await seen('Contoso', 'Fabrikam', 'faulty')
  })

  it('sees a file that is put into the place of another', async () => {
    await seen('Contoso')
    await writeFile(join(folder, 'next'), bundleOf('Fabrikam'))
    await rename(join(folder, 'next'), join(folder, 'kiosk.json'))
    await vi.waitFor(() => expect(names().at(-1)).toBe('Fabrikam'))
  })

  it('reads what never settles too, though later', async () => {
    stop()
    readings = []
    // Longer than the grain of a file's times: no two looks see the same.
    watch(20)
    let isWriting = true
    function writeOn(count: number): void {
      if (!isWriting) return
      writeFileSync(join(folder, 'noise'), `${count}`)
      setImmediate(writeOn, count + 1)
    }
    writeOn(0)
    try {
      await vi.waitFor(() => expect(names()).toContain('Contoso'), 10_000)
    } finally {
      isWriting = false
    }
  })

  it('takes no notice of folders', async () => {
    await seen('Contoso')
    await mkdir(join(folder, 'drafts'))
    await writeFile(join(folder, 'drafts', 'noise'), '')
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(names()).toEqual(['Contoso'])
  })

  it('looks again after a look that failed', async () => {
    stop()
    let attempts = 0
    stop = watchBundle(
      [folder],
      async () => {
        attempts += 1
        if (attempts === 1) throw new Error('the disk does not answer')
        return readBundle(folder)
      },
      (reading) => readings.push(reading),
      { log, lookAgainMs: 5 },
    )
    await vi.waitFor(() => expect(names()).toContain('Contoso'))
    await vi.waitFor(() => expect(attempts).toBe(2))
  })

  it('sees a change of a file beside kiosk.json', async () => {
    await seen('Contoso')
    await writeFile(join(folder, 'logo.svg'), '')
    await seen('Contoso', 'Contoso')
  })
})
