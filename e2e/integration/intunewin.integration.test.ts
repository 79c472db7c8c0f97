/** `.intunewin` files taken apart, and put together, by unzip, Python, OpenSSL and xmllint: nothing of ours but the command itself. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const PAYLOAD = 'IntuneWinPackage/Contents/IntunePackage.intunewin'
const DETECTION = 'IntuneWinPackage/Metadata/Detection.xml'
const KEYS = {
  encryptionKey: randomBytes(32).toString('base64'),
  macKey: randomBytes(32).toString('base64'),
  initializationVector: randomBytes(16).toString('base64'),
}

const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex')

let work: string
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'kiosk-intunewin-'))
  mkdirSync(join(work, 'setup/resources/leer'), { recursive: true })
  writeFileSync(join(work, 'setup/setup.exe'), randomBytes(200_000))
  writeFileSync(join(work, 'setup/resources/grüße & co.txt'), 'ü'.repeat(500))
  writeFileSync(join(work, 'setup/resources/nothing'), '')
  writeFileSync(join(work, 'keys.json'), JSON.stringify(KEYS), { mode: 0o600 })
})
afterAll(() => rmSync(work, { recursive: true }))

function intunePackage(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const script = join(ROOT, 'scripts/intune-package.mjs')
  const env = { ...process.env, ...environment }
  return spawnSync(process.execPath, [script, ...args], { cwd: work, env, encoding: 'utf8' })
}

const pack = (out: string, environment?: NodeJS.ProcessEnv) =>
  intunePackage(['--setup', 'setup', '--file', 'setup.exe', '--out', out, '--keys', 'keys.json'], environment)

/** By a shell in the folder of this test; its output, or an error with its words. */
function shell(command: string): Buffer {
  const env = { ...process.env, LC_ALL: 'C.UTF-8' }
  const { status, stdout, stderr } = spawnSync('sh', ['-euc', command], { cwd: work, env })
  if (status !== 0) throw new Error(`${command}: ${stderr}${stdout}`)
  return stdout
}

const says = (command: string) => shell(command).toString('utf8').trim()

const hasTools = ['unzip -v', 'python3 --version', 'xmllint --version', 'openssl version'].every(
  (command) => spawnSync('sh', ['-c', command]).status === 0,
)

describe('npm run intune:package', () => {
  it('writes the same bytes in every time zone and language, whatever modes the files have', () => {
    expect(pack('tokyo', { TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8' }).stderr).toBe('')
    expect(pack('lima', { TZ: 'America/Lima', LC_ALL: 'C' }).status).toBe(0)
    chmodSync(join(work, 'setup/setup.exe'), 0o755)
    expect(pack('open').status).toBe(0)
    const bytes = readFileSync(join(work, 'tokyo/setup.intunewin'))
    for (const out of ['lima', 'open'])
      expect(readFileSync(join(work, out, 'setup.intunewin')).equals(bytes)).toBe(true)
  })

  it.each([
    ['nothing', [], 2, '--setup, --file, --out must be given'],
    ['an option that there is not', ['--colour'], 2, '--colour'],
    ['a command that there is not', ['sign', 'x'], 2, '"sign" is neither check nor unpack'],
    ['a check of nothing', ['check'], 2, 'check takes one package'],
    ['an option of another command', ['check', 'x', '--keys', 'keys.json'], 2, '--keys does not belong here'],
    [
      'a folder without the installer',
      ['--setup', 'setup', '--file', 'x.exe', '--out', 'o'],
      1,
      'there is no file "x.exe" in setup',
    ],
    ['a file that is none', ['check', 'keys.json'], 1, 'intune:package: '],
    ['a file that is not there', ['check', 'none.intunewin'], 1, 'there is no file none.intunewin'],
  ])('given %s, says what is wrong in one line', (_, args, status, why) => {
    const run = intunePackage(args)
    expect(run.status).toBe(status)
    expect(run.stderr.split('\n')[0]).toContain(why)
    expect(run.stderr.split('\n').length).toBeLessThanOrEqual(status === 1 ? 2 : 40)
    expect(run.stdout).toBe('')
  })

  it('never says a key, whatever it is asked', () => {
    pack('secret')
    const path = 'secret/setup.intunewin'
    const spoilt = readFileSync(join(work, path))
    const at = spoilt.indexOf(KEYS.macKey)
    spoilt.write('!', at)
    writeFileSync(join(work, 'spoilt.intunewin'), spoilt)
    writeFileSync(join(work, 'broken.json'), JSON.stringify(KEYS).slice(0, -1), { mode: 0o600 })
    const runs = [
      pack('secret'),
      intunePackage(['check', path]),
      intunePackage(['check', 'spoilt.intunewin']),
      intunePackage(['check', '--foreign', 'spoilt.intunewin']),
      intunePackage(['unpack', path, '--out', 'secret-out']),
      intunePackage(['--setup', 'setup', '--file', 'setup.exe', '--out', 'secret2', '--keys', 'broken.json']),
    ]
    expect(runs.map(({ status }) => status)).toEqual([1, 0, 1, 1, 0, 1])
    const words = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n')
    for (const key of Object.values(KEYS)) expect(words).not.toContain(key.slice(1, 13))
  })
})

describe.runIf(hasTools)('a .intunewin in other hands', () => {
  const field = (name: string) => says(`xmllint --xpath 'string(//${name})' detection.xml`)

  it('opens with unzip, OpenSSL and xmllint, and says nothing that is not so', () => {
    pack('theirs')
    const package_ = 'theirs/setup.intunewin'
    expect(says(`unzip -Z1 ${package_}`).split('\n')).toEqual([PAYLOAD, DETECTION])
    shell(
      `unzip -tq ${package_} && unzip -p ${package_} ${PAYLOAD} > payload && unzip -p ${package_} ${DETECTION} > detection.xml`,
    )
    for (const [name, value] of Object.entries(KEYS))
      expect(field(`${name.charAt(0).toUpperCase()}${name.slice(1)}`)).toBe(value)
    expect([field('Name'), field('SetupFile'), field('FileName')]).toEqual([
      'setup.exe',
      'setup.exe',
      'IntunePackage.intunewin',
    ])
    expect([field('ProfileIdentifier'), field('FileDigestAlgorithm')]).toEqual(['ProfileVersion1', 'SHA256'])

    const mac = shell(`tail -c +33 payload | openssl dgst -sha256 -mac HMAC -macopt hexkey:${hex(KEYS.macKey)} -binary`)
    expect(mac.toString('base64')).toBe(field('Mac'))
    expect(shell('head -c 32 payload').toString('base64')).toBe(field('Mac'))
    expect(shell('head -c 48 payload | tail -c 16').toString('base64')).toBe(field('InitializationVector'))

    const [key, vector] = [hex(KEYS.encryptionKey), hex(KEYS.initializationVector)]
    shell(`tail -c +49 payload | openssl enc -d -aes-256-cbc -K ${key} -iv ${vector} > inner.zip`)
    expect(shell('openssl dgst -sha256 -binary inner.zip').toString('base64')).toBe(field('FileDigest'))
    expect(String(statSync(join(work, 'inner.zip')).size)).toBe(field('UnencryptedContentSize'))
    expect(says('unzip -tq inner.zip')).toContain('No errors detected')
    // Not by unzip, which takes the names of an MS-DOS zip for an old code page, whatever its UTF-8 flag says.
    shell('python3 -m zipfile -e inner.zip theirs-out && diff -r setup theirs-out')
  })

  it('is understood when Python and OpenSSL made it, and called another’s work', () => {
    const [key, vector] = [hex(KEYS.encryptionKey), hex(KEYS.initializationVector)]
    shell(`mkdir -p made/IntuneWinPackage/Contents made/IntuneWinPackage/Metadata && cd setup && python3 -m zipfile -c ../made.zip *
      cd .. && openssl enc -aes-256-cbc -K ${key} -iv ${vector} -in made.zip -out made.enc
      (printf '%s' '${KEYS.initializationVector}' | base64 -d; cat made.enc) > made.tail
      openssl dgst -sha256 -mac HMAC -macopt hexkey:${hex(KEYS.macKey)} -binary made.tail > made.mac
      cat made.mac made.tail > made/${PAYLOAD}`)
    const value = (command: string) => shell(command).toString('base64')
    const xml = `<?xml version="1.0" encoding="utf-8"?>
<ApplicationInfo xmlns:xsd="http://www.w3.org/2001/XMLSchema" ToolVersion="1.4.0.0"><Name>Ours</Name>
<UnencryptedContentSize>${statSync(join(work, 'made.zip')).size}</UnencryptedContentSize>
<FileName>IntunePackage.intunewin</FileName><SetupFile>setup.exe</SetupFile><EncryptionInfo>
<EncryptionKey>${KEYS.encryptionKey}</EncryptionKey><MacKey>${KEYS.macKey}</MacKey>
<InitializationVector>${KEYS.initializationVector}</InitializationVector><Mac>${value('cat made.mac')}</Mac>
<ProfileIdentifier>ProfileVersion1</ProfileIdentifier><FileDigest>${value('openssl dgst -sha256 -binary made.zip')}</FileDigest>
<FileDigestAlgorithm>SHA256</FileDigestAlgorithm></EncryptionInfo></ApplicationInfo>`
    writeFileSync(join(work, 'made', DETECTION), xml)
    shell('cd made && python3 -m zipfile -c ../made.intunewin IntuneWinPackage')

    expect(intunePackage(['check', '--foreign', 'made.intunewin'])).toMatchObject({ status: 0, stderr: '' })
    expect(intunePackage(['unpack', '--foreign', 'made.intunewin', '--out', 'made-out']).status).toBe(0)
    shell('diff -r setup made-out')
    const ours = intunePackage(['check', 'made.intunewin'])
    expect(ours.status).toBe(1)
    expect(ours.stderr).toContain('is not written as this command writes it')
  })
})
