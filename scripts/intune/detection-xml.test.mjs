import { describe, expect, it } from 'vitest'
import { parseDetectionXml, writeDetectionXml } from './detection-xml.mjs'

const KEY = Buffer.alloc(32, 7)
const detection = {
  name: 'A & <B>.exe',
  setupFile: 'tools\\A & <B>.exe',
  unencryptedContentSize: 1234,
  keys: { encryptionKey: KEY, macKey: Buffer.alloc(32, 8), initializationVector: Buffer.alloc(16, 9) },
  mac: Buffer.alloc(32, 10),
  fileDigest: Buffer.alloc(32, 11),
}
const xml = writeDetectionXml(detection)
const parse = (text) => parseDetectionXml(Buffer.from(text))

describe('Detection.xml', () => {
  it('reads what it writes', () => {
    expect(parse(xml)).toEqual(detection)
  })

  it('reads what another tool may add: a declaration, a byte order mark, what it knows of an MSI', () => {
    const theirs = xml.replace(
      '</ApplicationInfo>',
      '<MsiInfo><MsiProductCode>{1}</MsiProductCode></MsiInfo></ApplicationInfo>',
    )
    expect(parse(`\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n${theirs}`)).toEqual(detection)
  })

  it.each([
    ['is cut short', xml.slice(0, -5), 'not well-formed'],
    ['has a document type', `<!DOCTYPE ApplicationInfo>${xml}`, 'document type'],
    ['says something twice', xml.replace('<Mac>', '<Mac>AA==</Mac><Mac>'), 'Mac is there twice'],
    ['lacks the MAC key', xml.replace(/<MacKey>.*<\/MacKey>/, ''), 'EncryptionInfo/MacKey is missing'],
    [
      'has another profile',
      xml.replace('ProfileVersion1', 'ProfileVersion2'),
      'ProfileIdentifier is not "ProfileVersion1"',
    ],
    ['has another digest', xml.replace('SHA256', 'SHA1'), 'FileDigestAlgorithm is not "SHA256"'],
    ['names another content', xml.replace('IntunePackage', 'Other'), 'FileName is not "IntunePackage.intunewin"'],
    ['has no number for a size', xml.replace('1234', '-1'), 'not a number of bytes'],
    ['has a short key', xml.replace(/<EncryptionKey>.{8}/, '<EncryptionKey>'), 'EncryptionKey is not 32 bytes'],
    [
      'has a key that is not base64',
      xml.replace(/<EncryptionKey>.{4}/, '<EncryptionKey>!!!!'),
      'EncryptionKey is not 32 bytes',
    ],
  ])('is refused when it %s', (_, text, why) => {
    expect(() => parse(text)).toThrow(why)
  })

  it('never repeats a key in a complaint', () => {
    const key = KEY.toString('base64')
    for (let cut = 0; cut < xml.length; cut++) {
      try {
        parse(xml.slice(0, cut))
      } catch (error) {
        expect(`${error}${error.cause ?? ''}`).not.toContain(key.slice(0, 12))
      }
    }
  })
})
