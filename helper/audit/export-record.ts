/** A line of the trail as those read it who know nothing of chains: the same columns for every event. Pure. */
import { auditEventSchema } from './audit-events.ts'
import type { AuditLine } from './audit-line.ts'

const OF_EVENTS = new Set(auditEventSchema.options.flatMap(({ shape }) => Object.keys(shape)))

/** What every line has, then what only some events have, by the alphabet; the hash, by which the line is found again, is last. */
export const EXPORT_FIELDS: readonly string[] = [
  ...['at', 'sequence', 'event', 'device', 'tenant'],
  ...[...OF_EVENTS].filter((name) => name !== 'event').toSorted(),
  'hash',
]

type Exported = Readonly<Record<string, unknown>>

function fieldsOf({ record, hash }: AuditLine): Exported {
  return { ...record, hash }
}

/** Fields that an event has not are left out. */
export function exportJson(line: AuditLine): string {
  const fields = fieldsOf(line)
  const present = EXPORT_FIELDS.filter((name) => fields[name] !== undefined && fields[name] !== null)
  return JSON.stringify(Object.fromEntries(present.map((name) => [name, fields[name]])))
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = Array.isArray(value)
    ? value.join(' ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)
  // RFC 4180; and a table must not take a word for a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const CSV_HEADER = EXPORT_FIELDS.join(',')

export function exportCsv(line: AuditLine): string {
  const fields = fieldsOf(line)
  return EXPORT_FIELDS.map((name) => cell(fields[name])).join(',')
}
