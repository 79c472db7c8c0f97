import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readHelperEnvironment } from './helper-environment.ts'
import { findOverrides, isPackagedHelper, readPackagedEnvironment } from './packaged.ts'

const ELSEWHERE = {
  KIOSK_BUNDLE_DIR: '/tmp/bundle',
  KIOSK_TRUST_DIR: '/tmp/trust',
  KIOSK_STATE_DIR: '/tmp/state',
  KIOSK_RUNTIME_DIR: '/tmp/runtime',
}

it('knows an installed helper by the file that the packager lays beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-packaged-'))
  expect(isPackagedHelper(folder)).toBe(false)
  await writeFile(join(folder, 'packaged.json'), '{}')
  expect(isPackagedHelper(folder)).toBe(true)
  await rm(folder, { recursive: true })
})

it('names every variable that would lead an installed helper elsewhere, and no value of one', () => {
  const found = findOverrides({
    ...ELSEWHERE,
    KIOSK_MEMORY_LIMIT_MIB: '300',
    PATH: '/bin',
    CREDENTIALS_DIRECTORY: '/run/x',
  })
  expect(found.map(({ code, where }) => `${code} ${where}`)).toEqual(
    Object.keys(ELSEWHERE).map((name) => `environment-unsafe ${name}`),
  )
  expect(JSON.stringify(found)).not.toContain('/tmp/')
  expect(findOverrides({ KIOSK_BUNDLE_DIR: '' })).toEqual([])
})

it('follows none of them but to where the screen is told of it', () => {
  expect(readPackagedEnvironment(ELSEWHERE)).toMatchObject({
    bundleFolder: '/etc/digital-receptionist',
    trustFolder: '/etc/digital-receptionist-trust',
    stateFolder: '/var/lib/digital-receptionist',
    runtimeFolder: '/tmp/runtime',
  })
})

it('has the installer’s folders on Windows, whatever a variable of Windows says', () => {
  const { bundleFolder, runtimeFolder } = readHelperEnvironment({ ProgramData: 'D:\\elsewhere' }, 'win32')
  expect(bundleFolder).toBe('C:\\ProgramData\\Digital Receptionist\\bundle')
  expect(runtimeFolder).toBe('C:\\ProgramData\\Digital Receptionist\\run')
})
