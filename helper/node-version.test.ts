import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { complainAboutNode } from './node-version.ts'

describe('complainAboutNode', () => {
  it.each(['24.5.0', '24.21.0', '25.0.0', process.versions.node])('takes %s', (version) => {
    expect(complainAboutNode(version)).toBeNull()
  })

  it.each(['18.20.8', '20.20.2', '22.22.0', '24.4.1'])('says of %s what is needed, and where it is', (version) => {
    expect(complainAboutNode(version)).toMatch(/^needs Node 24\.5 or later, and this is .+node\/node.+npx kioskctl/)
    expect(complainAboutNode(version)).toContain(version)
  })
})

/** An `import` of anything newer would end an older Node before the first line runs. */
describe('start-kioskctl.ts', () => {
  const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')

  it('loads nothing before it has looked at the version', () => {
    expect(read('start-kioskctl.ts').match(/^import .+$/gm)).toEqual([
      "import { complainAboutNode } from './node-version.ts'",
    ])
    expect(read('node-version.ts')).not.toMatch(/^import /m)
  })

  it('is what kioskctl is built from', () => {
    expect(read('vite.config.ts')).toContain("kioskctl: 'helper/start-kioskctl.ts'")
  })
})
