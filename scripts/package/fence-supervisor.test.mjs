import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findMissingPackages } from './fence-supervisor.mjs'
import { laySupervisor } from './supervisor-tree.mjs'

describe('PM2 in a package', () => {
  let drive
  let tree
  /** As somebody at the device could lay it into the root of the drive. */
  function plant(name) {
    const folder = join(drive, 'node_modules', name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'index.js'), '')
    return join(folder, 'index.js')
  }
  beforeAll(() => {
    drive = mkdtempSync(join(tmpdir(), 'kiosk-fence-'))
    tree = join(drive, 'resources', 'pm2')
    laySupervisor(tree)
  })
  afterAll(() => rmSync(drive, { recursive: true }))

  it('names no package that Node would look for outside it', () => {
    expect(findMissingPackages(tree)).toEqual([])
  })

  it.each([
    ['chokidar', 'fsevents'],
    ['ws', 'bufferutil'],
    ['pm2', '@opentelemetry/sdk-node'],
    ['pm2', '@pm2/io'],
  ])('gives %s no %s that lies in the root of the drive', (from, name) => {
    const outside = createRequire(join(drive, 'resources', 'helper.js'))
    const inside = createRequire(join(tree, 'node_modules', from, 'index.js'))
    const planted = plant(name)
    expect(outside.resolve(name)).toBe(planted)
    expect(() => inside.resolve(name)).toThrow(expect.objectContaining({ code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' }))
    expect(() => inside.resolve(`${name}/index.js`)).toThrow(/not defined by "exports"/)
  })
})
