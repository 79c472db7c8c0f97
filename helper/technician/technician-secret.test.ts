import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { readTechnicianSecret } from './technician-secret.ts'

const HEX = '0123456789abcdef'.repeat(4)
const SECRET = new Uint8Array(Buffer.from(HEX, 'hex'))

describe('the technician secret', () => {
  let stateFolder: string
  let credentialsFolder: string
  beforeEach(() => {
    stateFolder = mkdtempSync(join(tmpdir(), 'kiosk-state-'))
    credentialsFolder = mkdtempSync(join(tmpdir(), 'kiosk-credentials-'))
  })
  afterEach(() => {
    for (const folder of [stateFolder, credentialsFolder]) rmSync(folder, { recursive: true })
  })

  const read = () => readTechnicianSecret({ stateFolder, credentialsFolder })
  const install = (text: string, mode = 0o600) => {
    writeFileSync(join(stateFolder, 'technician.secret'), text)
    chmodSync(join(stateFolder, 'technician.secret'), mode)
  }
  const faultOf = async () => {
    const fault = await read().catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(KioskError)
    expect((fault as KioskError).code).toBe('technician-secret-unusable')
    return (fault as KioskError).message
  }

  it('is none where nothing is installed', async () => {
    expect(await read()).toBeNull()
    expect(await readTechnicianSecret({ stateFolder, credentialsFolder: undefined })).toBeNull()
  })

  it('is none where the state folder is missing', async () => {
    expect(await readTechnicianSecret({ stateFolder: join(stateFolder, 'missing'), credentialsFolder })).toBeNull()
  })

  it('is read from the state folder', async () => {
    install(`${HEX}\n`)
    expect(await read()).toEqual(SECRET)
  })

  it('is read from a credential before the state folder', async () => {
    install('ff'.repeat(32))
    // As systemd gives them: another account's, readable by the service.
    writeFileSync(join(credentialsFolder, 'technician-secret'), HEX, { mode: 0o440 })
    expect(await read()).toEqual(SECRET)
  })

  it('says so where systemd could not open what is sealed, and goes by the file of the state folder where there is one', async () => {
    writeFileSync(join(credentialsFolder, 'unopened'), 'technician-secret\n')
    await expect(read()).rejects.toMatchObject({
      code: 'technician-secret-unusable',
      message: expect.stringContaining('this machine cannot open it'),
    })
    install(HEX)
    expect(await read()).toEqual(SECRET)
  })

  it.each([
    ['too short', '0123', '32 bytes as 64 hex digits'],
    ['empty', '', '32 bytes as 64 hex digits'],
    ['far too large', 'a'.repeat(1_000), 'larger than any secret'],
  ])('is refused when it is %s, in words that do not quote it', async (_what, text, words) => {
    install(text)
    const message = await faultOf()
    expect(message).toContain(words)
    expect(message).toContain(join(stateFolder, 'technician.secret'))
    if (text !== '') expect(message).not.toContain(text)
  })

  it.runIf(process.getuid)('is refused when others may read it', async () => {
    install(HEX, 0o640)
    expect(await faultOf()).toContain('has mode 640, so that others may read it: set mode 0600')
  })

  it.runIf(process.getuid?.() === 0)('is refused when it belongs to another account', async () => {
    install(HEX)
    chownSync(join(stateFolder, 'technician.secret'), 12_345, 0)
    expect(await faultOf()).toContain('belongs to account 12345')
  })

  it.runIf(process.platform !== 'win32')('is refused when it is a link or a folder', async () => {
    writeFileSync(join(credentialsFolder, 'elsewhere'), HEX, { mode: 0o600 })
    symlinkSync(join(credentialsFolder, 'elsewhere'), join(stateFolder, 'technician.secret'))
    expect(await faultOf()).toContain('cannot be read as a file of its own')
    rmSync(join(stateFolder, 'technician.secret'))
    mkdirSync(join(stateFolder, 'technician.secret'))
    expect(await faultOf()).toContain('is no file')
  })
})
