import { describe, expect, it } from 'vitest'
import { debFileName } from './build-deb.mjs'
import { readBuildStamp } from './build-stamp.mjs'

describe('the stamp of a build', () => {
  it('says why a version that was made up for a drill is no release', () => {
    const stamp = readBuildStamp({ KIOSK_PACKAGE_VERSION: '0.1.1' })
    expect(stamp).toMatchObject({ version: '0.1.1', notForRelease: expect.stringContaining('KIOSK_PACKAGE_VERSION') })
  })

  it('refuses a moment that is none', () => {
    expect(() => readBuildStamp({ SOURCE_DATE_EPOCH: 'today' })).toThrow('whole seconds since 1970')
  })
})

describe('a version of npm’s', () => {
  it.each([
    ['0.1.0', 'digital-receptionist-kiosk_0.1.0_amd64.deb'],
    ['1.0.0-rc.1', 'digital-receptionist-kiosk_1.0.0~rc.1_amd64.deb'],
  ])('%s is %s, so that a release comes after what led to it', (version, name) => {
    expect(debFileName('electron', version)).toBe(name)
  })
})
