/** What can be told from a bundle's files besides kiosk.json: who may change them, and what does not belong. Changes none. */
import { X509Certificate } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import { looksLikePrivateKey } from './private-key-text.ts'

/** Besides those that kiosk.json names. */
const KNOWN_FILES = ['kiosk.json', 'kiosk.schema.json', 'bundle.jws']
const FOR_OTHERS_TO_WRITE = 0o002
const FOR_GROUP_TO_WRITE = 0o020
/** Keys are small; nobody reads a film to find none. */
const LARGEST_KEY_BYTES = 64 * 1024
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
const SOON_MS = 30 * 86_400_000

const STRANGE_FILE = {
  what: 'is named by no setting of kiosk.json',
  remedy: 'Remove it, or name it: a bundle holds what a kiosk needs.',
}
const STRANGE_FOLDER = {
  what: 'is a folder, which no kiosk reads, no signature covers and no check looks into',
  remedy: 'Remove it, and see that it holds no key.',
}

type FileFindings = { faults: ConfigFault[]; warnings: ConfigFault[] }

const day = (moment: Date) => moment.toISOString().slice(0, 10)

/** @param name `.` for the folder itself, whose writer may put another file into the place of any */
async function judgeMode(folder: string, name: string): Promise<FileFindings> {
  const { mode } = await stat(join(folder, name))
  const remedy = `Run: chmod go-w ${join(folder, name)}.`
  const octal = (mode & 0o777).toString(8).padStart(4, '0')
  if (mode & FOR_OTHERS_TO_WRITE) {
    return { faults: [{ path: name, what: `may be changed by everybody (mode ${octal})`, remedy }], warnings: [] }
  }
  if (mode & FOR_GROUP_TO_WRITE) {
    return { faults: [], warnings: [{ path: name, what: `may be changed by its group (mode ${octal})`, remedy }] }
  }
  return { faults: [], warnings: [] }
}

async function judgeKeys(folder: string, name: string): Promise<ConfigFault[]> {
  const path = join(folder, name)
  const { size } = await stat(path)
  if (size > LARGEST_KEY_BYTES) return []
  // Whether the file can be read at all is told by whoever needs it.
  const bytes = await readFile(path).catch(() => null)
  if (!bytes || !looksLikePrivateKey(bytes)) return []
  return [
    {
      path: name,
      what: 'holds a private key, and a bundle holds no secret',
      remedy: 'Remove it, and replace the key.',
    },
  ]
}

/** @param pem of which each certificate can be read */
export function judgeCertificates(path: string, pem: string, nowMs: number): ConfigFault[] {
  return (pem.match(CERTIFICATE) ?? []).flatMap((block): ConfigFault[] => {
    const { validFromDate, validToDate, ca } = new X509Certificate(block)
    if (validToDate.getTime() < nowMs) {
      return [{ path, what: `names an authority that ran out on ${day(validToDate)}`, remedy: 'Replace it.' }]
    }
    if (validFromDate.getTime() > nowMs) {
      return [{ path, what: `names an authority that begins on ${day(validFromDate)}`, remedy: 'Wait, or replace it.' }]
    }
    if (validToDate.getTime() < nowMs + SOON_MS) {
      return [{ path, what: `names an authority that runs out on ${day(validToDate)}`, remedy: 'Replace it by then.' }]
    }
    const remedy = 'Name the authority that issued it: servers get new certificates.'
    return ca ? [] : [{ path, what: 'names a certificate that is no authority', remedy }]
  })
}

/**
 * @param named the files that kiosk.json names
 * @param platform on Windows nothing is said about modes, which it has none of
 */
export async function judgeFiles(
  folder: string,
  named: readonly string[],
  platform: NodeJS.Platform,
): Promise<FileFindings> {
  const entries = await readdir(folder, { withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name)
  const readable = []
  for (const name of files) {
    const found = await stat(join(folder, name)).catch(() => null)
    if (found?.isFile()) readable.push(name)
  }
  const belonging = readable.filter((name) => KNOWN_FILES.includes(name) || named.includes(name))
  const modes = platform === 'win32' ? [] : ['.', ...belonging]
  const judged = await Promise.all(modes.map((name) => judgeMode(folder, name)))
  const keys = await Promise.all(readable.map((name) => judgeKeys(folder, name)))
  const strangers = entries
    .filter(({ name }) => !KNOWN_FILES.includes(name) && !named.includes(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  return {
    faults: [...keys.flat(), ...judged.flatMap(({ faults }) => faults)],
    warnings: [
      ...judged.flatMap(({ warnings }) => warnings),
      ...strangers.map((entry) => ({ path: entry.name, ...(entry.isDirectory() ? STRANGE_FOLDER : STRANGE_FILE) })),
    ],
  }
}
