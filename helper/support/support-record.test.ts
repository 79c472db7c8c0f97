import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../log.ts'
import { createEventRing } from './event-ring.ts'
import { keepSupportRecord } from './support-record.ts'

describe('what is kept for support', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-support-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const path = () => join(folder, 'support.json')
  function open() {
    const log = createLog('test')
    log.level = 'silent'
    const events = createEventRing()
    return { events, record: keepSupportRecord(path(), { events, log }) }
  }

  it('is there for the next helper, and readable for its account alone', async () => {
    const before = open()
    before.record.noteTokenIssue(1_700_000_000_000)
    before.events.note({ event: 'approved' })
    await before.record.close()
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['support.json'])
    const after = open()
    expect(after.record.lastTokenIssueEpochMs()).toBe(1_700_000_000_000)
    expect(after.events.recent().map(({ name }) => name)).toEqual(['approved'])
  })

  it.each([['damaged'], ['{"version":1,"events":[{"name":"Alex Morgan"}]}'], ['{"version":2}']])(
    'is begun anew where the file says %s',
    async (content) => {
      await writeFile(path(), content)
      const { record, events } = open()
      expect(record.lastTokenIssueEpochMs()).toBe(null)
      events.note({ event: 'helper.started' })
      await record.close()
      expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ events: [{ name: 'helper.started' }] })
    },
  )

  it('holds up nothing where it cannot be written', async () => {
    const { record } = open()
    await rm(folder, { recursive: true })
    record.noteTokenIssue(1)
    await expect(record.close()).resolves.toBeUndefined()
    await writeFile(folder, '')
  })
})
