import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditEventSchema, ownerShape } from './audit-events.ts'
import { CHAIN_FAULTS } from './chain-report.ts'
import { EXPORT_FIELDS } from './export-record.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'audit.md'), 'utf8')
const withoutFences = page.replace(/^ *```[\s\S]*?^ *```$/gm, '')
const codes = new Set([...withoutFences.matchAll(/`([^`]+)`/g)].map(([, code]) => code))
const eventNames = auditEventSchema.options.flatMap(({ shape }) => [...shape.event.values])
const endReasons = auditEventSchema.options.flatMap(({ shape }) => {
  const names: readonly string[] = [...shape.event.values]
  return names.includes('session.ended') && 'reason' in shape ? shape.reason.options : []
})

describe('docs/audit.md', () => {
  it.each([
    ['event', eventNames],
    ['field', [...EXPORT_FIELDS, ...Object.keys(ownerShape), 'previous']],
    ['fault', Object.keys(CHAIN_FAULTS)],
    ['reason of an end', endReasons],
  ])('explains every %s', (_what, names) => {
    expect(names.filter((name) => !codes.has(name))).toEqual([])
  })

  it('names no event that there is not', () => {
    const families = [...new Set(eventNames.map((name) => name.split('.')[0]))]
    const named = [...codes].filter((code) => new RegExp(`^(${families.join('|')})\\.[a-z-]+$`).test(code ?? ''))
    expect(named.filter((name) => !eventNames.some((event) => event === name))).toEqual([])
  })
})
