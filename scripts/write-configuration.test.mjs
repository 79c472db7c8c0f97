import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkKioskConfig } from '../contract/check-kiosk-config.ts'
import { SETTINGS } from '../contract/config-settings.ts'
import { PROVIDERS } from '../contract/kiosk-config.ts'
import { configurationPage, schemaFile } from './write-configuration.mjs'

const read = (name) => readFileSync(join(import.meta.dirname, '..', 'docs', name), 'utf8')
const page = read('configuration.md')

describe('docs/configuration.md', () => {
  it('is up to date, as the published JSON Schema is', () => {
    expect(page, 'run "npm run docs"').toBe(configurationPage())
    expect(read('kiosk.schema.json'), 'run "npm run docs"').toBe(schemaFile())
  })

  it.each(Object.keys(SETTINGS))('has an entry for %s', (path) => {
    expect(page).toMatch(new RegExp(`^###+ \`${RegExp.escape(path.replaceAll('*', '…'))}\`$`, 'm'))
  })

  it('shows a bundle for each provider that a kiosk takes', () => {
    const examples = [...page.matchAll(/^```json\n(\{\n.*?)^```$/gms)].map(([, json]) => JSON.parse(json))
    expect(examples.map(({ identity }) => identity.provider)).toEqual([...PROVIDERS])
    for (const content of examples) expect(checkKioskConfig(content)).toMatchObject({ ok: true })
  })
})
