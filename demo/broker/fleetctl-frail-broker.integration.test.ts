import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { reportedBy } from '../../fleet/follow/reported.fixture.ts'
import { type FrailBroker, startFrailBroker } from './frail-broker.ts'

/** util-linux's, which runs a program at a terminal. */
const hasTerminals = spawnSync('script', ['--version']).status === 0
const FLEETCTL = join(import.meta.dirname, '..', '..', 'dist', 'fleet', 'fleetctl.mjs')

describe('fleetctl with a broker that breaks its promises', () => {
  let broker: FrailBroker
  afterEach(() => broker?.close())

  function start(...args: string[]): { child: ChildProcessWithoutNullStreams; said: () => string } {
    const child = spawn(process.execPath, [FLEETCTL, ...args, '--settings', broker.settingsFile])
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    }
    child.stdin.end()
    return { child, said: () => said }
  }

  async function run(...args: string[]): Promise<{ code: number; said: string }> {
    const { child, said } = start(...args)
    const [code] = await once(child, 'close')
    return { code, said: said() }
  }

  const lieAbout = (...deviceIds: string[]) =>
    Object.fromEntries(
      deviceIds.map((deviceId) => [`kiosks/${deviceId}/reported`, JSON.stringify(reportedBy(deviceId))]),
    )

  it.each(['gone', 'silence'] as const)(
    'ends with 1 where an order meets %s, and claims nothing of it',
    async (onPublish) => {
      broker = await startFrailBroker({ onPublish })
      const { code, said } = await run('revoke', 'DR-0001', '--timeout', '1')
      expect(broker.published).toContain('kiosks/DR-0001/orders')
      expect(code).toBe(1)
      expect(said).toMatch(/DR-0001 {2}(sent, but not acknowledged|the broker did not take it)/)
      expect(said).toContain('0 without a receipt, 1 not sent')
      expect(said).toContain('order again')
      expect(said).not.toContain('The broker keeps it')
    },
  )

  it('tells a connection that was lost from a refusal', async () => {
    broker = await startFrailBroker({ onSubscribe: 'gone' })
    expect(await run('revoke', 'DR-0001')).toEqual({ code: 1, said: 'fleetctl: the broker closed the connection\n' })
  })

  it('ends at the first Ctrl+C though the broker never answers', async () => {
    broker = await startFrailBroker({ onSubscribe: 'silence' })
    const { child, said } = start('revoke', 'DR-0001')
    await expect.poll(() => broker.seen, { timeout: 30_000 }).toContain('subscribe')
    child.kill('SIGINT')
    expect(await once(child, 'close')).toEqual([1, null])
    expect([said(), broker.published]).toEqual(['', []])
  })

  it('goes on with its order though nobody reads what it says any more', async () => {
    broker = await startFrailBroker({})
    const deviceIds = Array.from({ length: 60 }, (_, index) => `DR-${1000 + index}`)
    const { child } = start('revoke', ...deviceIds)
    child.stdout.destroy()
    child.stderr.destroy()
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(broker.published).toHaveLength(60)
  })

  it('wipes by the operator’s own list of sites, and never by what the broker makes of them', async () => {
    broker = await startFrailBroker({ retained: lieAbout('DR-0001', 'DR-0002', 'DR-0003') })
    expect(await run('wipe', '--site', 'Building 4', '--yes')).toMatchObject({
      code: 1,
      said: expect.stringContaining('--sites'),
    })
    expect(broker.published).toEqual([])
    const sites = join(broker.folder, 'kiosk.json')
    writeFileSync(sites, JSON.stringify({ sites: [{ place: 'Building 4', devices: { 'DR-0003': 'Lobby' } }] }))
    await run('wipe', '--site', 'building 4', '--yes', '--sites', sites)
    expect(broker.published).toEqual(['kiosks/DR-0003/orders'])
  })

  it.skipIf(!hasTerminals)('wipes at a terminal only whom it has named, and only by the right words', async () => {
    broker = await startFrailBroker({ retained: lieAbout('DR-0001', 'DR-0002') })
    async function answer(words: string): Promise<{ code: number; said: string }> {
      const command = [process.execPath, FLEETCTL, 'wipe', '--site', "'Building 4'", '--settings', broker.settingsFile]
      const child = spawn('script', ['-qec', command.join(' '), '/dev/null'])
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (text.includes('to go on: ')) child.stdin.write(`${words}\r`)
      })
      const [code] = await once(child, 'close')
      return { code, said }
    }
    expect(await answer('wipe 3 kiosks')).toEqual({ code: 1, said: expect.stringContaining('nothing was wiped') })
    expect(broker.published).toEqual([])
    const { said } = await answer('wipe 2 kiosks')
    expect(said).toContain('This wipes 2 kiosks: DR-0001 DR-0002')
    expect(broker.published.toSorted()).toEqual(['kiosks/DR-0001/orders', 'kiosks/DR-0002/orders'])
  })
})
