/** Keeps the highest audit head of each kiosk, in a file where one is named. Never keeps one that its device has not signed. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { compactVerify, decodeProtectedHeader, importSPKI } from 'jose'
import { z } from 'zod'
import { AUDIT_HEAD_TYPE, type AuditHead, auditHeadSchema } from '../../contract/audit-head.ts'
import { receiptHeaderSchema } from '../../contract/remote-orders.ts'
import { alarmWords, type KeptHead, keptHeadsSchema, noteHead } from '../follow/audit-heads.ts'
import { Refusal, wordsOf } from '../refusal.ts'
import type { FleetAuthority } from './fleet-authority.ts'

const headerSchema = receiptHeaderSchema.extend({ typ: z.literal(AUDIT_HEAD_TYPE) })

export type KeptHeads = {
  /** @returns what is wrong with this kiosk's trail, once for each kiosk; else null */
  note(deviceId: string, jws: string): Promise<string | null>
  /** What was said, for the end of a table that has been drawn over. */
  alarms(): readonly string[]
  /** Resolves once everything is in the file. @throws Refusal where it cannot be written */
  close(): Promise<void>
}

/** @returns null for what this device has not signed */
async function readSignedHead(
  jws: string,
  deviceId: string,
  authority: FleetAuthority,
  nowEpochMs: number,
): Promise<AuditHead | null> {
  try {
    const { x5c, alg } = headerSchema.parse(decodeProtectedHeader(jws))
    const certificate = await authority.check(x5c, deviceId, nowEpochMs)
    if (certificate.kind === 'bad') return null
    const key = await importSPKI(certificate.publicKeyPem, alg)
    const { payload } = await compactVerify(jws, key, { algorithms: [alg] })
    const head = auditHeadSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)))
    return head.deviceId === deviceId ? head : null
  } catch {
    // Of whatever kind: no head of this device's.
    return null
  }
}

async function readKept(file: string): Promise<Map<string, KeptHead>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw new Refusal(`${file} cannot be read: ${wordsOf(error)}`)
  }
  try {
    return new Map(Object.entries(keptHeadsSchema.parse(JSON.parse(text)).heads))
  } catch {
    throw new Refusal(`${file} is no file of audit heads: give another name, or put the right one in its place`)
  }
}

/** @param file null to keep them for as long as this runs. @throws Refusal where it cannot be read */
export async function openKeptHeads(file: string | null, authority: FleetAuthority): Promise<KeptHeads> {
  const kept = file === null ? new Map<string, KeptHead>() : await readKept(file)
  const said = new Map<string, string>()
  let writing: Promise<void> | null = null
  let isChanged = false
  let fault: unknown = null
  /** In the order in which they came. */
  let noting: Promise<unknown> = Promise.resolve()

  async function write(path: string): Promise<void> {
    while (isChanged) {
      isChanged = false
      const content = { version: 1, heads: Object.fromEntries(kept) }
      await writeFile(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
      await rename(`${path}.new`, path)
    }
  }

  function keep(): void {
    isChanged = true
    if (file === null) return
    writing ??= write(file)
      .catch((error: unknown) => {
        fault = error
      })
      .finally(() => {
        writing = null
      })
  }

  async function note(deviceId: string, jws: string): Promise<string | null> {
    const head = await readSignedHead(jws, deviceId, authority, Date.now())
    const before = kept.get(deviceId)
    const after = head === null ? before : noteHead(before, head, jws)
    if (after && after !== before) {
      kept.set(deviceId, after)
      keep()
    }
    const words = after?.alarm ? alarmWords(after) : head === null ? 'its audit head is not signed by it' : null
    if (words === null || said.has(deviceId)) return null
    said.set(deviceId, words)
    return words
  }

  return {
    note(deviceId, jws) {
      const noted = noting.then(() => note(deviceId, jws))
      noting = noted.catch(() => {
        // Whoever asked hears of it.
      })
      return noted
    },
    alarms: () => [...said].map(([deviceId, words]) => `${deviceId}: ${words}`),
    async close() {
      await noting
      await writing
      if (fault !== null) throw new Refusal(`${file} cannot be written: ${wordsOf(fault)}`)
    },
  }
}
