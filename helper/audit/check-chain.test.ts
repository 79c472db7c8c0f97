import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuditEvent } from './audit-events.ts'
import { type LineMark, NO_LINE, sha256Hex, writeLine } from './audit-line.ts'
import type { AuditFile } from './chain-entry.ts'
import { checkChain } from './check-chain.ts'
import { compareWithHead } from './check-head.ts'

const OWNER = { device: 'DR-0042', tenant: '11111111-2222-3333-4444-555555555555' }
const PERSON = { generation: 1, user: 'tenant 00000000-oid' }
const STORY: AuditEvent[] = [
  { event: 'helper.started', version: '0.1.0', after: 'nothing' },
  { event: 'code.issued', generation: 1, clientRequestId: '5f6e3c9a-7f2d-4b0e-9c11-0f3f6a9f8f10' },
  { event: 'sign-in.approved', ...PERSON, tokenId: 'AbC-123_x' },
  { event: 'session.started', ...PERSON },
  { event: 'token.refreshed', ...PERSON },
  { event: 'session.ended', ...PERSON, reason: 'signed-out' },
  { event: 'tokens.revocation-unavailable', user: PERSON.user },
  { event: 'helper.stopped', planned: false },
]

/** A trail in files of a few lines each. */
function write(events: readonly AuditEvent[], perFile = 4): { files: AuditFile[]; head: LineMark; marks: LineMark[] } {
  const files: AuditFile[] = []
  const marks: LineMark[] = []
  let mark = NO_LINE
  const add = (file: AuditFile, event: AuditEvent) => {
    const line = writeLine(event, { at: new Date(1_800_000_000_000 + mark.sequence * 1000), owner: OWNER, after: mark })
    mark = line.mark
    marks.push(mark)
    file.content += `${line.text}\n`
  }
  for (const [index, event] of events.entries()) {
    if (index % perFile === 0) {
      const number = files.length + 1
      files.push({ name: `audit-00000${number}.jsonl`, number, content: '' })
      add(files.at(-1) as AuditFile, { event: 'audit.file-opened', file: number, format: 1 })
    }
    add(files.at(-1) as AuditFile, event)
  }
  return { files, head: mark, marks }
}

const { files: FILES, head: HEAD, marks: MARKS } = write(STORY)

function faultsOf(files: AuditFile[], head: LineMark = HEAD) {
  const checked = checkChain(files)
  return [...checked.faults, ...compareWithHead(checked, head, 'the helper’s record').faults]
}

const summary = (files: AuditFile[], head?: LineMark) =>
  faultsOf(files, head).map(({ kind, file, line, sequence }) => `${kind} ${file?.slice(10, 12)}:${line} #${sequence}`)

/** The lines of all files as one list, changed, and put back where each file began. */
function changed(change: (lines: string[]) => void, fileIndex = 0): AuditFile[] {
  return FILES.map((file, index) => {
    if (index !== fileIndex) return file
    const lines = file.content.split('\n').slice(0, -1)
    change(lines)
    return { ...file, content: lines.map((line) => `${line}\n`).join('') }
  })
}

describe('a trail', () => {
  it('is well as it was written, in several files, and names its lines', () => {
    expect(FILES).toHaveLength(2)
    expect(faultsOf(FILES)).toEqual([])
    expect(checkChain(FILES).lines.map(({ record }) => record.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  it.each<[string, AuditFile[], string[]]>([
    ['a line removed', changed((lines) => lines.splice(2, 1)), ['removed 01:3 #3']],
    ['two lines removed', changed((lines) => lines.splice(1, 2)), ['removed 01:2 #2']],
    ['the first line removed', changed((lines) => lines.shift()), ['beginning-removed 01:1 #2']],
    ['the last line removed', changed((lines) => lines.pop(), 1), ['tail-cut 02:4 #10']],
    ['the last lines removed', changed((lines) => lines.splice(2), 1), ['tail-cut 02:2 #8']],
    ['the first file removed', FILES.slice(1), ['beginning-removed 02:1 #6']],
    ['the last file removed', FILES.slice(0, 1), ['tail-cut 01:5 #6']],
    ['everything removed', [], ['tail-cut undefined:null #1']],
    [
      'two lines exchanged',
      changed((lines) => lines.splice(2, 2, lines[3] as string, lines[2] as string)),
      ['reordered 01:4 #3'],
    ],
    ['a line copied', changed((lines) => lines.splice(3, 0, lines[1] as string)), ['repeated 01:4 #2']],
    [
      'a line edited',
      changed((lines) => lines.splice(3, 1, lines[3]?.replace('-oid', '-0id') as string)),
      ['edited 01:4 #4'],
    ],
    ['a line cut short', changed((lines) => lines.splice(2, 1, lines[2]?.slice(0, 40) as string)), ['edited 01:3 #3']],
    [
      'the last line edited',
      changed((lines) => lines.push(lines.pop()?.replace('false', 'true') as string), 1),
      ['edited 02:5 #10'],
    ],
    ['a line of nobody put in', changed((lines) => lines.splice(2, 0, '{"event":"nothing"}')), ['edited 01:3 #3']],
    ['a line put in at the end', changed((lines) => lines.push('x'), 1), ['edited 02:6 #11']],
    [
      'the last line cut in its middle',
      FILES.map((file, index) => (index === 1 ? { ...file, content: file.content.slice(0, -30) } : file)),
      ['truncated 02:5 #10'],
    ],
    [
      'the last newline taken away',
      FILES.map((file, index) => (index === 1 ? { ...file, content: file.content.slice(0, -1) } : file)),
      ['truncated 02:5 #10'],
    ],
    [
      'two files exchanged',
      FILES.map((file, index) => ({ ...file, content: FILES[1 - index]?.content as string })),
      [
        'beginning-removed 01:1 #6',
        'misplaced 01:1 #6',
        'reordered 02:1 #1',
        'reordered 02:2 #2',
        'reordered 02:3 #3',
        'reordered 02:4 #4',
        'reordered 02:5 #5',
      ],
    ],
  ])('does not pass with %s', (_what, files, faults) => {
    expect(summary(files)).toEqual(faults)
  })

  it('does not pass with an old file in the place of the newest, which is whole in itself', () => {
    const old = write(STORY.slice(0, 6))
    expect(faultsOf(old.files, old.head)).toEqual([])
    expect(summary(old.files)).toEqual(['tail-cut 02:3 #9'])
  })

  it('does not pass when it was written anew with right hashes, by a head of before', () => {
    const forged = write(
      STORY.map((event, index) => (index === 3 ? { ...event, generation: 2 } : event)) as AuditEvent[],
    )
    expect(checkChain(forged.files).faults).toEqual([])
    expect(summary(forged.files)).toEqual(['other-history 02:5 #10'])
    expect(summary(forged.files, MARKS[6])).toEqual(['other-history 02:2 #7'])
  })

  it('names a line that was written anew with right hashes among others that were not', () => {
    const forged = write(
      STORY.map((event, index) => (index === 2 ? { event: 'technician.looked' } : event)) as AuditEvent[],
    )
    const line = forged.files[0]?.content.split('\n')[3] as string
    expect(summary(changed((lines) => lines.splice(3, 1, line)))).toEqual(['rewritten 01:5 #5'])
  })

  it('goes by a head that is older than its end', () => {
    for (const mark of MARKS) expect(faultsOf(FILES, mark)).toEqual([])
  })
})

describe('a pruned beginning', () => {
  const { through, throughHash } = { through: 5, throughHash: MARKS[4]?.hash as string }

  it('is told from a removed one by what the trail says of it', () => {
    const story = [...STORY, { event: 'audit.pruned', file: 1, through, throughHash }] satisfies AuditEvent[]
    const { files, head } = write(story)
    expect(summary(files.slice(1), head)).toEqual([])
    expect(checkChain(files.slice(1)).notes.map(({ kind }) => kind)).toEqual(['pruned'])
    expect(summary(files.slice(2), head)).toEqual(['beginning-removed 03:1 #11'])
  })

  it('is told by the helper’s own record as well', () => {
    expect(checkChain(FILES.slice(1), { through, throughHash }).faults).toEqual([])
    expect(checkChain(FILES.slice(1), { through, throughHash: sha256Hex('other') }).faults).toHaveLength(1)
  })
})

describe('half a line', () => {
  function torn(half: string, named = half): AuditFile[] {
    const [first] = write(STORY, 20).files
    const event: AuditEvent = { event: 'audit.line-torn', bytes: named.length, fragmentHash: sha256Hex(named) }
    const all = write(STORY, 20)
    const closing = writeLine(event, { at: new Date(0), owner: OWNER, after: all.head })
    return [{ ...(first as AuditFile), content: `${first?.content}${half}\n${closing.text}\n` }]
  }

  it('that a later line closes off is no fault, and is told of', () => {
    const checked = checkChain(torn('{"sequence":10,"at'))
    expect(checked.faults).toEqual([])
    expect(checked.notes.map(({ kind }) => kind)).toEqual(['line-torn'])
  })

  it.each([
    ['was edited since', torn('{"sequence":10,"AT', '{"sequence":10,"at')],
    [
      'was removed since',
      torn('', '{"sequence":10,"at').map((file) => ({ ...file, content: file.content.replace('\n\n', '\n') })),
    ],
  ])('is a fault where it %s', (_what, files) => {
    expect(checkChain(files).faults).toHaveLength(1)
  })

  it('is none of the helper’s where its record knew the whole line', () => {
    const { files, head } = write(STORY, 20)
    const cut = files.map((file) => ({ ...file, content: file.content.slice(0, -9) }))
    expect(summary(cut, head)).toEqual(['truncated 01:9 #9'])
    expect(summary(cut, { sequence: 8, hash: checkChain(files).lines[7]?.hash as string })).toEqual([])
  })
})

describe('any single change', () => {
  it('of any byte of any line is found, whatever it becomes', () => {
    const anyByte = fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte))
    const places = fc.record({
      file: fc.nat({ max: FILES.length - 1 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    const change = fc.constantFrom('replace', 'insert', 'delete')
    fc.assert(
      fc.property(places, anyByte, change, ({ file, share }, byte, how) => {
        const { content } = FILES[file] as AuditFile
        const place = Math.min(Math.floor(share * content.length), content.length - 1)
        const rest = content.slice(how === 'insert' ? place : place + 1)
        const text = content.slice(0, place) + (how === 'delete' ? '' : byte) + rest
        fc.pre(text !== content)
        const files = FILES.map((one, index) => (index === file ? { ...one, content: text } : one))
        expect(faultsOf(files)).not.toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })
})
