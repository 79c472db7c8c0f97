import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonFault } from './json-fault.ts'

describe('what is not JSON', () => {
  it.each<[what: string, text: string, place: string, remedy: string]>([
    ['a comma at the end of a list', '{\n "a": [1, 2, ]\n}', 'line 2 column 14', 'Remove the comma'],
    ['a comma at the end of an object', '{\n "a": 1,\n}', 'line 3 column 1', 'Remove the comma'],
    ['curly quotes', '{\n “a”: 1\n}', 'line 2 column 2', 'straight double quotes'],
    ['curly quotes around a value', '{\n "a": “b”\n}', 'line 2 column 7', 'straight double quotes'],
    ['single quotes', "{ 'a': 1 }", 'line 1 column 3', 'straight double quotes'],
    ['a name without quotes', '{ a: 1 }', 'line 1 column 3', 'in double quotes'],
    ['a word without quotes', '{ "a": touch }', 'line 1 column 8', 'in double quotes'],
    ['Python’s truth', '{ "a": True }', 'line 1 column 8', 'in small letters'],
    ['a shell’s comment', '{ "a": 1 # one\n}', 'line 1 column 10', 'Remove the comment'],
    ['a comment', '{ // one\n "a": 1 }', 'line 1 column 3', 'Remove the comment'],
    ['a merge marker', '{\n<<<<<<< HEAD\n "a": 1\n}', 'line 2 column 1', 'Settle the merge conflict'],
    ['a comma too few', '{\n "a": 1\n "b": 2\n}', 'line 3 column 2', 'Put a comma before it'],
    ['half a file', '{\n "a": 1,', 'line 2 column 9', 'Write the rest'],
    ['a path of Windows', '{ "a": "C:\\kiosk" }', 'line 1 column 8', 'backslash twice'],
    ['a text over two lines', '{ "a": "one\ntwo" }', 'line 1 column 8', 'End the text'],
  ])('%s', (_what, text, place, remedy) => {
    expect(() => JSON.parse(text)).toThrow()
    const fault = findJsonFault(text)
    expect(fault.what).toContain(`(${place})`)
    expect(fault.remedy).toContain(remedy)
  })

  it('has words for any text, and quotes none of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const { what, remedy } = findJsonFault(`${text}hunter2`)
        expect(`${what} ${remedy}`).toMatch(/\w.+\.$/)
        expect(`${what} ${remedy}`).not.toContain('hunter2')
      }),
    )
  })

  it('lives through brackets without end, and names no place there', () => {
    const { what, remedy } = findJsonFault('['.repeat(200_000))
    expect(what).toMatch(/^is not JSON/)
    expect(remedy).not.toContain('that place')
  })
})
