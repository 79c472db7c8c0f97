import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { createMessageLimit } from './message-limit.ts'

function message(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** Sends the text in pieces of this many bytes. */
async function pass(sent: string, pieceBytes: number): Promise<string> {
  const { stream } = createMessageLimit(100)
  const received = text(stream)
  const bytes = Buffer.from(sent)
  for (let at = 0; at < bytes.length; at += pieceBytes) stream.write(bytes.subarray(at, at + pieceBytes))
  stream.end()
  return received
}

describe('the message limit', () => {
  const three = [message('{"a":1}'), message('"ü"'), message('x'.repeat(100))].join('')

  it.each([1, 2, 3, 7, 22, 1_000])('passes messages on unchanged in pieces of %i bytes', async (pieceBytes) => {
    expect(await pass(three, pieceBytes)).toBe(three)
  })

  it.each([
    ['a message one byte too long', message('x'.repeat(101)), 'link-message-too-large'],
    ['a promise of gigabytes', 'Content-Length: 4000000000\r\n\r\n', 'link-message-invalid'],
    ['a header without a length', 'Content-Type: text/plain\r\n\r\n', 'link-message-invalid'],
    ['no header at all', 'x'.repeat(300), 'link-message-invalid'],
    ['a negative length', 'Content-Length: -1\r\n\r\n', 'link-message-invalid'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 99999999\r\n\r\n{}', 'link-message-invalid'],
    [
      'a type beside the length',
      'Content-Length: 2\r\nContent-Type: x; charset=utf-16le\r\n\r\n{}',
      'link-message-invalid',
    ],
  ])('refuses %s', async (_what, sent, code) => {
    await expect(pass(sent, 1_000)).rejects.toMatchObject({ code })
    await expect(pass(message('{}') + sent, 1)).rejects.toMatchObject({ code })
  })

  it('holds back what comes next until enough of what went through is answered', async () => {
    const { stream, noteAnswer } = createMessageLimit(100, 2)
    let received = ''
    stream.on('data', (chunk: Buffer) => {
      received += chunk.toString()
    })
    const messages = [1, 2, 3, 4, 5].map((number) => message(String(number)))
    for (const one of messages) stream.write(one)
    const passed = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return messages.filter((one) => received.includes(one)).length
    }
    expect(await passed()).toBe(3)
    noteAnswer()
    expect(await passed()).toBe(4)
    for (let answers = 0; answers < 3; answers++) noteAnswer()
    expect(await passed()).toBe(5)
  })
})
