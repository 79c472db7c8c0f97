import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RecordedEvent } from './audit-events.ts'
import { auditFolderOf, HEAD_FILE } from './audit-folder.ts'
import { type AuditStage, LOOKED, makeAuditStage, STARTED } from './audit-stage.fixture.ts'

const ENDED: RecordedEvent = { event: 'session.ended', generation: 1, user: 'tenant alex', reason: 'idle' }

describe('an audit trail', () => {
  let stage: AuditStage
  beforeEach(() => {
    stage = makeAuditStage()
  })
  afterEach(() => stage.remove())

  const folder = () => auditFolderOf(stage.stateFolder)
  const textOf = (file: number) => readFile(stage.pathOf(file), 'latin1')

  it('has what was recorded, in order, in a folder and a file of the helper’s alone', async () => {
    await stage.write(STARTED, LOOKED, ENDED)
    expect(await stage.events()).toEqual([
      'audit.file-opened',
      'helper.started',
      'session.started',
      'technician.looked',
      'session.ended',
    ])
    expect(await stage.faults()).toEqual([])
    expect((await stat(folder())).mode & 0o777).toBe(0o700)
    expect((await stat(stage.pathOf(1))).mode & 0o777).toBe(0o600)
    expect((await stat(join(stage.stateFolder, HEAD_FILE))).mode & 0o777).toBe(0o600)
  })

  it('names device, tenant, time and line in each, and binds it to the one before', async () => {
    await stage.write(STARTED)
    const [first, , third] = (await textOf(1)).split('\n').map((text) => (text === '' ? null : JSON.parse(text)))
    expect(third).toMatchObject({ sequence: 3, event: 'session.started', user: 'tenant alex' })
    expect(third).toMatchObject({ device: 'DR-0042', tenant: 'https://login.example' })
    expect(Math.abs(Date.parse(third.at) - Date.now())).toBeLessThan(60_000)
    expect(first.previous).toBe('0'.repeat(64))
  })

  it('can be checked by hand, as its page says', async () => {
    await stage.write(STARTED, LOOKED)
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'audit.md'), 'utf8')
    const command = /^sed -n 4p .*$/m.exec(page)?.[0] ?? 'false'
    const printed = execFileSync('sh', ['-c', command], { cwd: folder(), encoding: 'utf8' })
    expect(printed.split(' ')[0]).toBe((await stage.judge()).lines[3]?.hash)
  })

  it('is on the disk once a record resolves, whatever becomes of the helper then', async () => {
    const trail = stage.open()
    expect(await trail.record(STARTED)).toBe('durable')
    expect(await textOf(1)).toContain('session.started')
    expect(trail.head()).toMatchObject({ deviceId: 'DR-0042', sequence: 3 })
    await trail.close()
  })

  it('goes on where the helper before ended, and says how that one ended', async () => {
    await stage.write({ event: 'helper.stopped', planned: false })
    await stage.write(LOOKED)
    await stage.write(LOOKED)
    const lines = (await stage.judge()).lines.map(({ record }) => record)
    const starts = lines.flatMap((record) => (record.event === 'helper.started' ? record.after : []))
    expect(starts).toEqual(['nothing', 'stop', 'crash'])
    expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_, index) => index + 1))
    expect(await stage.faults()).toEqual([])
  })

  it('knows of a session that nobody ended, also where its vault is empty', async () => {
    await stage.write(STARTED)
    await stage.write(LOOKED)
    expect(stage.left.at(-1)?.session).toEqual({ generation: 1, user: 'tenant alex', isHandedOver: false })
    const expired = (await stage.judge()).lines
      .map(({ record }) => record)
      .find(({ event }) => event.endsWith('by-crash'))
    expect(expired).toMatchObject({ user: 'tenant alex', foundIn: 'trail' })
    await stage.write(LOOKED)
    expect(stage.left.at(-1)?.session).toBeNull()
  })

  it('is kept within its bounds: the oldest file goes, on record', async () => {
    const trail = stage.open({ limits: { fileBytes: 1_000, files: 3 } })
    for (let count = 0; count < 40; count += 1) await trail.record(LOOKED)
    await trail.close()
    expect(await readdir(folder())).toHaveLength(3)
    const { faults, notes, lines } = await stage.judge()
    expect(faults).toEqual([])
    expect(notes.map(({ kind }) => kind)).toEqual(['pruned'])
    expect(lines[0]?.record.sequence).toBeGreaterThan(1)
    const [oldest = ''] = (await readdir(folder())).toSorted()
    await rm(join(folder(), oldest))
    expect(await stage.faults()).toEqual(['beginning-removed'])
  })

  it('keeps what it could not say was pruned, until a later file can say it', async () => {
    const trail = stage.open({ limits: { fileBytes: 1_000, files: 2 } })
    const files = async () => (await readdir(folder()).catch(() => [])).toSorted()
    while ((await files()).length < 2) await trail.record(LOOKED)
    const [oldest = '', second = ''] = await files()
    const lines = (await readFile(join(folder(), second), 'latin1')).split('\n')
    await writeFile(join(folder(), second), ['no line of ours', ...lines.slice(1)].join('\n').padEnd(1_000))
    // The writer looks anew, since its file was changed, and begins a third one.
    while ((await files()).length < 3) await trail.record(LOOKED)
    expect(await files()).toContain(oldest)
    while ((await files()).includes(oldest)) await trail.record(LOOKED)
    await trail.close()
    expect(await stage.faults()).not.toContain('beginning-removed')
    const pruned = (await stage.judge()).lines.flatMap(({ record }) => (record.event === 'audit.pruned' ? record : []))
    expect(pruned[0]).toMatchObject({ file: 2 })
  })

  it('finishes a pruning that was cut short', async () => {
    const trail = stage.open({ limits: { fileBytes: 1_000, files: 3 } })
    while ((await readdir(folder()).catch(() => [])).length < 3) await trail.record(LOOKED)
    const [oldest = ''] = (await readdir(folder())).toSorted()
    const kept = await readFile(join(folder(), oldest))
    while ((await readdir(folder())).includes(oldest)) await trail.record(LOOKED)
    await trail.close()
    await writeFile(join(folder(), oldest), kept, { mode: 0o600 })
    expect(await stage.faults()).toEqual([])
    await stage.write(LOOKED)
    expect(await readdir(folder())).not.toContain(oldest)
    expect(await stage.faults()).toEqual([])
  })

  it.each(['{"sequence":4,"at":"2026', '\0\0\0\0', '{"sequence":4,"at":"20\n{"sequence":4'])(
    'closes off half a line that a killed helper left, and says so: %j',
    async (half) => {
      await stage.write(STARTED)
      await appendFile(stage.pathOf(1), half)
      expect((await stage.judge()).notes.map(({ kind }) => kind)).toContain('unfinished')
      await stage.write(ENDED)
      const { faults, notes } = await stage.judge()
      expect(faults).toEqual([])
      expect(notes.map(({ kind }) => kind)).toContain('line-torn')
      expect(await textOf(1)).toContain(half)
    },
  )

  it('takes a whole line whose newline was not written for what it is', async () => {
    await stage.write(STARTED)
    const head = await readFile(join(stage.stateFolder, HEAD_FILE), 'utf8')
    await stage.write(ENDED)
    await truncate(stage.pathOf(1), (await stat(stage.pathOf(1))).size - 1)
    await writeFile(join(stage.stateFolder, HEAD_FILE), head)
    await stage.write(LOOKED)
    expect(await stage.faults()).toEqual([])
    expect(await stage.events()).toContain('session.ended')
  })

  it.each<[string, () => Promise<void>]>([
    ['its last lines were cut off', async () => truncate(stage.pathOf(1), (await textOf(1)).indexOf('\n') + 1)],
    ['its last line was cut in the middle', async () => truncate(stage.pathOf(1), (await textOf(1)).length - 9)],
    ['all of it was removed', () => rm(folder(), { recursive: true })],
    ['the record of its newest line was removed', () => rm(join(stage.stateFolder, HEAD_FILE))],
    ['the record of its newest line was damaged', () => writeFile(join(stage.stateFolder, HEAD_FILE), '{}')],
  ])('says at its next start that %s, keeps what it found, and gives no number twice', async (_what, damage) => {
    await stage.write(STARTED, LOOKED)
    const before = (await stage.judge()).head?.sequence ?? 0
    await damage()
    const found = await textOf(1).catch(() => null)
    await stage.write(LOOKED)
    const { faults, lines } = await stage.judge()
    expect(faults.map(({ kind }) => kind)).toContain('found-by-helper')
    expect(await textOf(1).catch(() => null)).toBe(found)
    const { record } = lines.find(({ record }) => record.event === 'audit.damage-found') ?? {}
    expect(record?.sequence).toBe(before + 1)
  })

  it.each<[string, () => Promise<void>]>([
    ['something was written behind its end', () => appendFile(stage.pathOf(1), '{"sequence":99}\n')],
    [
      'an old file was put in its place',
      async () => {
        await copyFile(join(stage.stateFolder, 'old'), join(stage.stateFolder, 'copy'))
        await rename(join(stage.stateFolder, 'copy'), stage.pathOf(1))
      },
    ],
    ['it was removed', () => rm(stage.pathOf(1))],
  ])('says while it runs that %s, and loses nothing of its own', async (_what, tamper) => {
    const trail = stage.open()
    await trail.record(STARTED)
    await copyFile(stage.pathOf(1), join(stage.stateFolder, 'old'))
    await trail.record(LOOKED)
    await tamper()
    expect(await trail.record(ENDED)).toBe('late')
    await vi.waitFor(async () => expect(await stage.events()).toContain('session.ended'))
    await trail.close()
    expect(await stage.faults()).toContain('found-by-helper')
  })

  it('waits for a folder that it may write to, and says in its log that it does', async () => {
    await rename(stage.stateFolder, `${stage.stateFolder}-away`)
    const trail = stage.open()
    expect(await trail.record(STARTED)).toBe('late')
    expect(await trail.record(ENDED)).toBe('late')
    await rename(`${stage.stateFolder}-away`, stage.stateFolder)
    await vi.waitFor(async () => expect(await stage.events()).toContain('session.ended'))
    await trail.close()
    expect(await stage.events()).toEqual(['audit.file-opened', 'helper.started', 'session.started', 'session.ended'])
    expect(stage.logged).toEqual(['audit.not-written', 'audit.written-again'])
  })

  it('counts what it has no room for, and puts the count on record as soon as there is room', async () => {
    await chmod(stage.stateFolder, 0o777)
    const trail = stage.open()
    await Promise.all(Array.from({ length: 600 }, () => trail.record(LOOKED)))
    await chmod(stage.stateFolder, 0o700)
    await vi.waitFor(async () => expect(await stage.events()).toContain('audit.events-lost'), { timeout: 10_000 })
    await trail.close()
    const { faults, lines, notes } = await stage.judge()
    expect(faults).toEqual([])
    expect(notes.map(({ kind }) => kind)).toEqual(['events-lost'])
    const looked = lines.filter(({ record }) => record.event === 'technician.looked').length
    const lost = lines.flatMap(({ record }) => (record.event === 'audit.events-lost' ? record.count : []))
    expect(looked + lost.reduce((sum, count) => sum + count, 0)).toBe(600)
  })

  it('takes nothing that its schema does not know, counts that as lost, and never logs a value', async () => {
    const trail = stage.open()
    const bad = { event: 'session.started', generation: 1, user: 'a b', accessToken: 'eyJhbGciOi' } as RecordedEvent
    expect(await trail.record(bad)).toBe('late')
    await trail.close()
    expect(await textOf(1)).not.toContain('eyJ')
    expect(await stage.events()).toContain('audit.events-lost')
    expect(stage.logged).toEqual(['audit.event-refused'])
  })

  it('is kept nowhere but in a folder of the helper’s alone, with no link in the way', async () => {
    await mkdir(folder())
    await chmod(folder(), 0o777)
    const trail = stage.open()
    expect(await trail.record(STARTED)).toBe('late')
    await trail.close()
    expect(await readdir(folder())).toEqual([])
    expect(stage.logged).toEqual(['audit.not-written', 'audit.lost-at-stop'])
  })

  it('gives its head to be signed by the device’s key, and says where nobody signs', async () => {
    const trail = stage.open()
    expect(await trail.signedHead(null)).toEqual({ kind: 'none' })
    await trail.record(STARTED)
    const signer = { signJws: async (type: string, payload: object) => `${type}.${JSON.stringify(payload)}` }
    const signed = await trail.signedHead(signer)
    expect(signed).toMatchObject({ kind: 'signed', head: { deviceId: 'DR-0042', sequence: 3 } })
    expect(signed.kind === 'signed' && signed.jws).toContain('kiosk-audit-head+jws.{"deviceId":"DR-0042","sequence":3')
    expect((await trail.signedHead(null)).kind).toBe('unsigned')
    await trail.close()
  })
})
