import { describe, expect, it } from 'vitest'
import { entryOfBytes, entryOfFolder, writeStoredZip } from './stored-zip.mjs'

async function zipOf(entries) {
  const chunks = []
  await writeStoredZip(entries, new WritableStream({ write: (chunk) => void chunks.push(Buffer.from(chunk)) }))
  return Buffer.concat(chunks)
}

const entries = [
  entryOfBytes('b.txt', Buffer.from('b')),
  entryOfFolder('empty/'),
  entryOfBytes('B.txt', Buffer.from('B')),
  entryOfBytes('a/ü', Buffer.alloc(0)),
]

describe('a stored zip', () => {
  it('has its entries in one order, whatever order they come in', async () => {
    const zip = await zipOf(entries)
    expect((await zipOf(entries.toReversed())).equals(zip)).toBe(true)
    const places = ['B.txt', 'a/ü', 'b.txt', 'empty/'].map((name) => zip.indexOf(name))
    expect(places).toEqual(places.toSorted((one, other) => one - other))
  })

  it('says of an entry its UTF-8 name, the first moment that a zip can hold, its checksum and sizes, and nothing else', async () => {
    const zip = await zipOf([entryOfBytes('ü', Buffer.from('hello'))])
    expect(zip.subarray(0, 37).toString('hex')).toBe(
      [
        '504b0304',
        '0a00',
        '0008',
        '0000',
        '0000',
        '2100',
        '86a61036',
        '05000000',
        '05000000',
        '0200',
        '0000',
        'c3bc',
        '68656c6c6f',
      ].join(''),
    )
  })

  it.each([
    ['another content', 'jello'],
    ['less', 'hell'],
    ['more', 'hello!'],
  ])('is not finished when a file has %s than a moment ago', async (_, now) => {
    const entry = { ...entryOfBytes('a', Buffer.from('hello')), open: entryOfBytes('a', Buffer.from(now)).open }
    await expect(zipOf([entry])).rejects.toThrow('"a" is not what it was a moment ago')
  })
})
