import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runAudit } from './audit-command.ts'
import type { RecordedEvent } from './audit-events.ts'
import { auditFolderOf } from './audit-folder.ts'
import { type AuditStage, LOOKED, makeAuditStage, STARTED } from './audit-stage.fixture.ts'
import { makeFleet } from './device-signer.fixture.ts'

const MS_ID = '0f8fad5b-d9cb-469f-a165-70867728950e'
const REFUSED: RecordedEvent = {
  event: 'sign-in.refused',
  generation: 2,
  user: 'tenant alex',
  code: 'person-not-allowed',
  providerError: null,
  msRequestId: MS_ID,
}

describe('kioskctl audit', () => {
  let work: string
  let stage: AuditStage
  let printed: string[]
  let complaints: string[]
  const place = (name: string) => join(work, name)
  const io = {
    print: (text: string) => void printed.push(text),
    complain: (text: string) => void complaints.push(text),
    openPrompt: null,
  }
  const audit = (...args: string[]) => runAudit(args, io)
  const onStage = (name: string, ...args: string[]) => audit(name, '--state-dir', stage.stateFolder, ...args)
  const said = () => [...printed, ...complaints].join('\n')

  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiosk-audit-command-'))
    ;[printed, complaints] = [[], []]
    stage = makeAuditStage()
    await stage.write(STARTED, REFUSED)
  })
  afterEach(async () => {
    await stage.remove()
    await rm(work, { recursive: true })
  })

  async function changeLines(change: (lines: string[]) => void): Promise<void> {
    const lines = (await readFile(stage.pathOf(1), 'latin1')).split('\n')
    change(lines)
    await writeFile(stage.pathOf(1), lines.join('\n'))
  }

  async function verifyJson(...args: string[]) {
    printed = []
    const exitCode = await onStage('verify', '--json', ...args)
    const answer = JSON.parse(printed.join('\n'))
    return { exitCode, ...answer, kinds: answer.faults.map(({ kind }: { kind: string }) => kind) }
  }

  describe('verify', () => {
    it('finds no fault in a whole trail, and says what it covers', async () => {
      expect(await onStage('verify')).toBe(0)
      expect(said()).toMatch(/lines 1 to 4, .* in 1 file: no fault/)
      expect(await verifyJson()).toMatchObject({
        exitCode: 0,
        ok: true,
        lines: 4,
        firstSequence: 1,
        comparedWith: null,
      })
    })

    it.each<[string, string, (lines: string[]) => void, string]>([
      ['a removed line', 'removed', (lines) => void lines.splice(2, 1), 'audit-000001.jsonl:3 (line 3)'],
      [
        'reordered lines',
        'reordered',
        (lines) => void lines.splice(1, 2, lines[2] ?? '', lines[1] ?? ''),
        ':3 (line 2)',
      ],
      [
        'an edited line',
        'edited',
        (lines) => void lines.splice(2, 1, lines[2]?.replace('alex', 'alax') ?? ''),
        ':3 (line 3)',
      ],
      ['a truncated line', 'edited', (lines) => void lines.splice(2, 1, lines[2]?.slice(0, -30) ?? ''), ':3 (line 3)'],
      [
        'a truncated last line',
        'truncated',
        (lines) => void lines.splice(3, 2, lines[3]?.slice(0, -30) ?? ''),
        ':4 (line 4)',
      ],
      ['a cut tail', 'tail-cut', (lines) => void lines.splice(3, 1), ':3 (line 4)'],
    ])('names %s by file and line, in words and for programs', async (_what, kind, change, where) => {
      await changeLines(change)
      expect(await onStage('verify')).toBe(1)
      expect(said()).toContain(`${where} ${kind}: `)
      expect(await verifyJson()).toMatchObject({ exitCode: 1, ok: false, kinds: [kind] })
    })

    it('knows an old file by the helper’s own record, and an old state folder by a head that was kept elsewhere', async () => {
      const trail = stage.open()
      await trail.record(LOOKED)
      await cp(stage.stateFolder, place('old'), { recursive: true })
      await trail.record(LOOKED)
      await trail.close()
      await writeFile(place('head.json'), JSON.stringify(trail.head()))
      expect(await verifyJson('--head', place('head.json'))).toMatchObject({ ok: true })

      await cp(auditFolderOf(place('old')), auditFolderOf(stage.stateFolder), { recursive: true })
      expect(await verifyJson()).toMatchObject({ kinds: ['tail-cut'] })

      await cp(place('old'), stage.stateFolder, { recursive: true })
      expect(await verifyJson()).toMatchObject({ ok: true })
      expect(await verifyJson('--head', place('head.json'))).toMatchObject({ exitCode: 1, kinds: ['tail-cut'] })
    })

    it('takes a head as the device signed it, from a file or as it is, and says who vouches for it', async () => {
      const fleet = await makeFleet()
      await writeFile(place('ca.pem'), fleet.caPem)
      const trail = stage.open()
      await trail.record(LOOKED)
      const signed = await trail.signedHead(await fleet.device('DR-0042'))
      await trail.close()
      if (signed.kind !== 'signed') throw new Error('it is signed')
      await writeFile(place('head.jws'), `${signed.jws}\n`)
      const vouching = { kind: 'signed', isOfFleet: null }
      expect(await verifyJson('--head', signed.jws)).toMatchObject({ ok: true, comparedWith: { vouching } })
      const checked = await verifyJson('--head', place('head.jws'), '--ca', place('ca.pem'))
      expect(checked).toMatchObject({ ok: true, comparedWith: { vouching: { isOfFleet: true } } })
    })

    it.each<[string, string, (fleet: Awaited<ReturnType<typeof makeFleet>>) => Promise<string>]>([
      ['of another fleet', 'none of the authorities', async () => sign(await makeFleet('Other CA'), 'DR-0042')],
      ['of another device', 'certificate of another device', (fleet) => sign(fleet, 'DR-0043')],
      [
        'that was changed',
        'no head that a device has signed',
        async (fleet) => (await sign(fleet, 'DR-0042')).replace(/.$/, 'AA'),
      ],
      ['of another kind', 'no head that a device has signed', (fleet) => sign(fleet, 'DR-0042', 'kiosk-receipt+jws')],
    ])('refuses a head %s', async (_what, words, make) => {
      const fleet = await makeFleet()
      await writeFile(place('ca.pem'), fleet.caPem)
      expect(await onStage('verify', '--head', await make(fleet), '--ca', place('ca.pem'))).toBe(1)
      expect(complaints.join()).toContain(words)
    })

    async function sign(fleet: Awaited<ReturnType<typeof makeFleet>>, device: string, type = 'kiosk-audit-head+jws') {
      const payload = { deviceId: 'DR-0042', ...(await stage.judge()).head, atEpochMs: Date.now() }
      return (await fleet.device(device)).signJws(type, payload)
    }

    it('leaves out what was looked into before a given head, and nothing after it', async () => {
      const before = stage.open()
      await before.record(LOOKED)
      await before.close()
      await changeLines((lines) => void lines.splice(2, 1, lines[2]?.replace('alex', 'alax') ?? ''))
      await writeFile(place('head.json'), JSON.stringify(before.head()))
      expect(await verifyJson('--head', place('head.json'))).toMatchObject({ exitCode: 1, kinds: ['edited'] })
      const lookedInto = await verifyJson('--head', place('head.json'), '--from-head')
      expect(lookedInto).toMatchObject({ exitCode: 0, kinds: [] })
      expect(lookedInto.notes.map(({ kind }: { kind: string }) => kind)).toContain('left-out')

      await stage.write(LOOKED, REFUSED)
      await changeLines((lines) => void lines.splice(-3, 1))
      const later = await verifyJson('--head', place('head.json'), '--from-head')
      expect(later).toMatchObject({ exitCode: 1, kinds: ['removed'] })
    })

    it('leaves nothing out behind a head that the trail does not hold', async () => {
      await changeLines((lines) => void lines.splice(1, 1))
      const head = { deviceId: 'DR-0042', sequence: 4, hash: 'a'.repeat(64), atEpochMs: 1 }
      await writeFile(place('head.json'), JSON.stringify(head))
      const judged = await verifyJson('--head', place('head.json'), '--from-head')
      expect(judged).toMatchObject({ exitCode: 1, kinds: ['removed', 'other-history'] })
    })

    it('finds a head of another kiosk out', async () => {
      const { head } = await stage.judge()
      await writeFile(place('head.json'), JSON.stringify({ deviceId: 'DR-9', ...head, atEpochMs: 1 }))
      expect(await verifyJson('--head', place('head.json'))).toMatchObject({ kinds: ['other-device'] })
    })
  })

  describe('export', () => {
    it('writes a span as JSON lines, each with what its event has', async () => {
      expect(await onStage('export', '--from', '2020-01-01', '--until', '2100-01-01T00:00:00Z')).toBe(0)
      const lines = printed
        .join('\n')
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4])
      expect(Object.keys(lines[3])).toEqual(
        'at sequence event device tenant code generation msRequestId user hash'.split(' '),
      )
      expect(lines[3]).toMatchObject({ msRequestId: MS_ID, device: 'DR-0042' })
      expect(await onStage('export', '--until', '2020-01-01')).toBe(0)
      expect(printed).toHaveLength(1)
    })

    it('writes CSV into a new file, and over none', async () => {
      expect(await onStage('export', '--csv', '--out', place('audit.csv'))).toBe(0)
      const [header = '', ...rows] = (await readFile(place('audit.csv'), 'utf8')).trim().split('\n')
      const columns = header.split(',')
      expect(rows).toHaveLength(4)
      expect(rows[3]?.split(',')[columns.indexOf('user')]).toBe('tenant alex')
      expect(await onStage('export', '--csv', '--out', place('audit.csv'))).toBe(1)
      expect(said()).toContain('is not overwritten')
    })

    it('gives what can be read of a faulty trail, and says that it is one', async () => {
      await changeLines((lines) => void lines.splice(1, 1))
      expect(await onStage('export')).toBe(1)
      expect(printed.join('\n').split('\n')).toHaveLength(3)
      expect(complaints.join()).toContain('1 fault')
    })
  })

  it.each([
    [[], 2],
    [['prove'], 2],
    [['verify', '--loud'], 2],
    [['verify', '--ca', 'ca.pem'], 2],
    [['verify', '--from-head'], 2],
    [['export', '--from', 'yesterday'], 2],
    [['export', '--from', '2026-02-01', '--until', '2026-01-01'], 2],
    [['verify', '--state-dir', '/nonexistent'], 1],
    [['verify', '--head', '/nonexistent'], 1],
    [['verify', '--help'], 0],
    [['help'], 0],
  ])('answers %j with %i, in words', async (args, exitCode) => {
    const folder = args.includes('--head') ? ['--state-dir', stage.stateFolder] : []
    expect(await audit(...args, ...folder)).toBe(exitCode)
    expect(said()).toMatch(/\S/)
    expect(await readdir(work)).toEqual([])
  })
})
