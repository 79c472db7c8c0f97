/** Detection.xml: what a package says about itself, keys among it. Never puts a value of it into a complaint. */
import { SaxesParser } from 'saxes'
import { PackageFault } from './package-fault.mjs'

/** Of the tool whose packages ours are like; what Intune makes of another number is published nowhere. */
const TOOL_VERSION = '1.8.7.0'
/** What Intune calls the encrypted zip, here and in the container. */
export const CONTENT_NAME = 'IntunePackage.intunewin'
const PROFILE = 'ProfileVersion1'
const DIGEST_ALGORITHM = 'SHA256'

/**
 * @typedef {object} Keys
 * @property {Buffer} encryptionKey 32 bytes
 * @property {Buffer} macKey 32 bytes
 * @property {Buffer} initializationVector 16 bytes
 */
/**
 * @typedef {object} Detection
 * @property {string} name
 * @property {string} setupFile within the setup folder, with `\`
 * @property {number} unencryptedContentSize bytes of the zip before it was encrypted
 * @property {Keys} keys
 * @property {Buffer} mac 32 bytes
 * @property {Buffer} fileDigest 32 bytes
 */

const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** @param {Detection} detection @returns {string} */
export function writeDetectionXml({ name, setupFile, unencryptedContentSize, keys, mac, fileDigest }) {
  const element = (tag, text) => `<${tag}>${escapeXml(String(text))}</${tag}>`
  return [
    '<ApplicationInfo xmlns:xsd="http://www.w3.org/2001/XMLSchema"' +
      ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ToolVersion="${TOOL_VERSION}">`,
    `  ${element('Name', name)}`,
    `  ${element('UnencryptedContentSize', unencryptedContentSize)}`,
    `  ${element('FileName', CONTENT_NAME)}`,
    `  ${element('SetupFile', setupFile)}`,
    '  <EncryptionInfo>',
    `    ${element('EncryptionKey', keys.encryptionKey.toString('base64'))}`,
    `    ${element('MacKey', keys.macKey.toString('base64'))}`,
    `    ${element('InitializationVector', keys.initializationVector.toString('base64'))}`,
    `    ${element('Mac', mac.toString('base64'))}`,
    `    ${element('ProfileIdentifier', PROFILE)}`,
    `    ${element('FileDigest', fileDigest.toString('base64'))}`,
    `    ${element('FileDigestAlgorithm', DIGEST_ALGORITHM)}`,
    '  </EncryptionInfo>',
    '</ApplicationInfo>',
  ].join('\n')
}

const complaint = (what, options) => new PackageFault('detection', `Detection.xml: ${what}`, options)

/** The text of every element that holds no other, by its path. */
function readTexts(xml) {
  const parser = new SaxesParser({ xmlns: false })
  const texts = new Map()
  const open = []
  let text = ''
  parser.on('error', (error) => {
    throw complaint(`is not well-formed XML (${error.message})`)
  })
  parser.on('doctype', () => {
    throw complaint('has a document type, which no package has')
  })
  parser.on('opentag', ({ name }) => {
    open.push(name)
    text = ''
  })
  parser.on('text', (part) => {
    text += part
  })
  parser.on('closetag', () => {
    const path = open.join('/')
    if (texts.has(path)) throw complaint(`${path} is there twice`)
    texts.set(path, text)
    open.pop()
    text = ''
  })
  parser.write(xml).close()
  return texts
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * @param {Buffer} bytes
 * @returns {Detection}
 * @throws PackageFault `detection`
 */
export function parseDetectionXml(bytes) {
  // Microsoft's own begins with a byte order mark in some versions.
  const texts = readTexts(bytes.toString('utf8').replace(/^\ufeff/, ''))
  const read = (path) => {
    const text = texts.get(`ApplicationInfo/${path}`)
    if (text === undefined || text === '') throw complaint(`${path} is missing`)
    return text
  }
  const readBytes = (path, length) => {
    const text = read(`EncryptionInfo/${path}`)
    const value = Buffer.from(text, 'base64')
    if (!BASE64.test(text) || value.length !== length) throw complaint(`${path} is not ${length} bytes in base64`)
    return value
  }
  const expect = (path, value) => {
    if (read(path) !== value) throw complaint(`${path} is not "${value}"`)
  }
  expect('FileName', CONTENT_NAME)
  expect('EncryptionInfo/ProfileIdentifier', PROFILE)
  expect('EncryptionInfo/FileDigestAlgorithm', DIGEST_ALGORITHM)
  const size = read('UnencryptedContentSize')
  if (!/^[1-9]\d{0,14}$/.test(size)) throw complaint('UnencryptedContentSize is not a number of bytes')
  return {
    name: read('Name'),
    setupFile: read('SetupFile'),
    unencryptedContentSize: Number(size),
    keys: {
      encryptionKey: readBytes('EncryptionKey', 32),
      macKey: readBytes('MacKey', 32),
      initializationVector: readBytes('InitializationVector', 16),
    },
    mac: readBytes('Mac', 32),
    fileDigest: readBytes('FileDigest', 32),
  }
}
