/** What IPC carries unbent, and what it refuses to carry. */
import { describe, expect, it } from 'vitest'
import { decodeIpc, encodeIpc } from './ipc-codec.ts'

const circle: { self?: object } = {}
circle.self = circle

describe('the IPC codec', () => {
  it.each([
    { name: 'primitives', value: [null, true, 0, 1.5, '', 'ü\u2028'] },
    { name: 'undefined, alone and within', value: [undefined, { a: undefined }] },
    { name: 'objects that look like marks', value: { a: { o: 1 }, o: [], u: 1 } },
    { name: 'a key named like the prototype', value: JSON.parse('{"__proto__":{"polluted":true}}') },
    { name: 'the same object twice', value: [circle.self === circle, { x: {} }, { x: {} }] },
  ])('carries $name', ({ value }) => {
    expect(decodeIpc(JSON.parse(JSON.stringify(encodeIpc(value))))).toStrictEqual(value)
  })

  it('leaves a class behind', () => {
    class Point {
      x = 1
    }
    expect(decodeIpc(encodeIpc(new Point()))).toStrictEqual({ x: 1 })
  })

  it.each([
    { name: 'a function', value: () => 1, error: 'An object could not be cloned.' },
    { name: 'a symbol within', value: { a: Symbol('x') }, error: 'An object could not be cloned.' },
    { name: 'a promise', value: Promise.resolve(), error: 'An object could not be cloned.' },
    { name: 'a Date', value: new Date(0), error: 'electron stand-in: IPC cannot carry a Date faithfully' },
    { name: 'a Map', value: new Map(), error: 'electron stand-in: IPC cannot carry a Map faithfully' },
    { name: 'bytes', value: new Uint8Array(1), error: 'electron stand-in: IPC cannot carry a Uint8Array faithfully' },
    { name: 'an error', value: new Error('x'), error: 'electron stand-in: IPC cannot carry a Error faithfully' },
    { name: 'NaN', value: Number.NaN, error: 'electron stand-in: IPC cannot carry the number NaN faithfully' },
    { name: 'minus zero', value: -0, error: 'electron stand-in: IPC cannot carry the number -0 faithfully' },
    { name: 'a BigInt', value: 1n, error: 'electron stand-in: IPC cannot carry a BigInt faithfully' },
    {
      name: 'a circle',
      value: circle,
      error: 'electron stand-in: IPC cannot carry a value that contains itself faithfully',
    },
    {
      name: 'a sparse array',
      value: new Array(2),
      error: 'electron stand-in: IPC cannot carry a sparse or extended array faithfully',
    },
  ])('refuses $name', ({ value, error }) => {
    expect(() => encodeIpc(value)).toThrow(error)
  })
})
