import { describe, expect, it } from 'vitest'
import { findNameFaults } from './windows-names.mjs'

describe('names for Windows', () => {
  it.each([
    ['CON', 'is the name of a device'],
    ['nul.txt', 'is the name of a device'],
    ['Lpt1 .log.old', 'is the name of a device'],
    ['com².txt', 'is the name of a device'],
    ['lib/aux/a.txt', '"lib/aux" is the name of a device'],
    ['prn/', 'is the name of a device'],
    ['', 'has a name without'],
    ['a//b', 'has a name without'],
    ['../a', '".." ends in a dot'],
    ['/a', 'has a name without'],
    ['a.', 'ends in a dot or a space'],
    ['a ', 'ends in a dot or a space'],
    ['a./b', '"a." ends in a dot'],
    ['a:b', 'holds ":"'],
    ['a\\b', 'holds "\\\\"'],
    ['a\tb', 'holds "\\t"'],
    ['why?', 'holds "?"'],
    ['a\ufffd', 'is not valid Unicode'],
    ['a\ud800', 'is not valid Unicode'],
    [`${'a'.repeat(256)}`, 'is longer than the 255'],
    [`${'folder/'.repeat(28)}setup.exe`, '205 characters are more than the 200'],
  ])('refuses %j', (path, why) => {
    expect(findNameFaults([path]).join('\n')).toContain(why)
  })

  it.each([
    'console.txt',
    'com.txt',
    'lpt10',
    'a.b.c',
    '.hidden',
    'grüße/日本語 🙂.txt',
    'a b',
    "it's (1) [2] {3} & 4%",
  ])('allows %j', (path) => {
    expect(findNameFaults([path])).toEqual([])
  })

  it.each([
    [['Setup.exe', 'setup.EXE'], '"Setup.exe" and "setup.EXE" are one name on Windows'],
    [['Ü', 'ü'], 'are one name'],
    [['Lib/a', 'lib/b'], '"Lib" and "lib" are one name'],
    [['a', 'A/b'], '"a" and "A" are one name'],
    [['a', 'a'], '"a" is there twice'],
    [['a', 'a/b'], '"a" is there twice'],
  ])('refuses %j side by side', (paths, why) => {
    expect(findNameFaults(paths).join('\n')).toContain(why)
  })

  it('keeps apart what Windows keeps apart', () => {
    expect(findNameFaults(['straße', 'strasse', 'é', 'e\u0301', 'a/b', 'a/c/'])).toEqual([])
  })

  it('names every fault at once', () => {
    expect(findNameFaults(['CON', 'b.', 'a', 'A'])).toHaveLength(3)
  })
})
