/**
 * One line of the audit trail, and how each is bound to the one before. Pure. A line is judged by its bytes as they stand:
 * nothing is ever written anew in order to be compared.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  type AuditEvent,
  type AuditOwner,
  auditEventSchema,
  hashSchema,
  ownerShape,
  sequenceSchema,
} from './audit-events.ts'

/** What is before the first line. */
export const NO_LINE: LineMark = { sequence: 0, hash: '0'.repeat(64) }

/** Longer than any event of ours; what is longer is not ours. */
const LINE_LIMIT_BYTES = 8_192

/** Names one line, and with its hash everything before it. */
export type LineMark = { sequence: number; hash: string }

const envelopeShape = { sequence: sequenceSchema, at: z.iso.datetime({ precision: 3 }) } as const

/** All of a line but what binds it. */
type AuditRecord = z.infer<z.ZodObject<typeof envelopeShape>> & AuditOwner & AuditEvent

export type AuditLine = { record: AuditRecord; previous: string; hash: string }

const boundSchema = z.looseObject({ ...envelopeShape, ...ownerShape, previous: hashSchema })

/** The last member of every line, and nothing comes after it. */
const HASH_MEMBER = /,"hash":"([0-9a-f]{64})"\}$/

/** @param content bytes, or a text with one character for each byte */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256')
    .update(typeof content === 'string' ? Buffer.from(content, 'latin1') : content)
    .digest('hex')
}

/** So that characters are bytes: a line reads the same in every encoding. */
function inAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Canonical form: one JSON object in ASCII without white space between its members, which begin with `sequence`, `at`,
 * `event`, `device` and `tenant` and end with `previous`, the hash of the line before, and `hash`. `hash` is the SHA-256 of
 * the line without its last member: of `{…,"previous":"…"}`.
 *
 * @returns the line without its newline, and its mark
 */
export function writeLine(
  event: AuditEvent,
  { at, owner, after }: { at: Date; owner: AuditOwner; after: LineMark },
): { text: string; mark: LineMark } {
  const { event: name, ...fields } = event
  const sequence = after.sequence + 1
  const envelope = { sequence, at: at.toISOString(), event: name, device: owner.device, tenant: owner.tenant }
  const body = inAscii(JSON.stringify({ ...envelope, ...fields, previous: after.hash }))
  const hash = sha256Hex(body)
  return { text: `${body.slice(0, -1)},"hash":"${hash}"}`, mark: { sequence, hash } }
}

/**
 * @param text without the newline, one character for each byte
 * @returns null for what is no whole line of ours: edited, cut short, or written by something else
 */
export function readLine(text: string): AuditLine | null {
  if (text.length > LINE_LIMIT_BYTES) return null
  const [member, hash] = HASH_MEMBER.exec(text) ?? []
  if (member === undefined || hash === undefined) return null
  const body = `${text.slice(0, -member.length)}}`
  if (sha256Hex(body) !== hash) return null
  try {
    const { sequence, at, device, tenant, previous, ...fields } = boundSchema.parse(JSON.parse(body))
    const event = auditEventSchema.parse(fields)
    return { record: { sequence, at, device, tenant, ...event }, previous, hash }
  } catch {
    // The hash is right, so that somebody made it so: a line that says what no kiosk says.
    return null
  }
}

export function markOf({ record, hash }: AuditLine): LineMark {
  return { sequence: record.sequence, hash }
}
