/** Every fault of a bundle, and what works but is unwise, with its place and what to do. Reads a bundle, never changes one. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import type { ProvisioningProblem } from '../../contract/session-state.ts'
import { readLogo } from '../brand/read-logo.ts'
import { openBundleFolder } from '../config/bundle-files.ts'
import type { BundleReading } from '../config/read-bundle.ts'
import { findPlaces } from './json-places.ts'
import { judgeCertificates, judgeFiles } from './judge-files.ts'
import { judgeSignature } from './judge-signature.ts'
import { readGivenBundle } from './read-given-bundle.ts'
import { findUnwiseSettings } from './unwise-settings.ts'

const CONFIG_FILE = 'kiosk.json'
/** As `readBundle` writes where a problem is. */
const BEHIND_FILE = ` › `

export type BundleFinding = {
  /** A fault is not as the bundle says it should be; a warning works. */
  kind: 'fault' | 'warning'
  /** A name in the bundle; `.` for the folder itself. */
  file: string
  /** Of a setting in kiosk.json; empty for the file as a whole. */
  path: string
  /** In kiosk.json; null for what has no line there. */
  line: number | null
  what: string
  remedy: string
}

export type BundleCheck = {
  findings: BundleFinding[]
  /** Windows has no modes to look at. */
  modes: 'checked' | 'not-checked'
}

type Machine = { platform: NodeJS.Platform; nowMs: number }

/** Of settings that are as they should be; whatever else is wrong with them is found elsewhere. */
const namingSchema = z.looseObject({
  brand: z.looseObject({ logo: z.string().optional().catch(undefined) }).catch({}),
  network: z.looseObject({ trustedCaFiles: z.array(z.string()).catch([]) }).catch({ trustedCaFiles: [] }),
})

function readNames(content: unknown): { logo: string | null; caFiles: string[] } {
  const { data } = namingSchema.safeParse(content)
  const [logo] = [data?.brand.logo?.trim()].filter((name) => name !== undefined && isBare(name))
  return { logo: logo ?? null, caFiles: (data?.network.trustedCaFiles ?? []).filter(isBare) }
}

function isBare(name: string): boolean {
  return basename(name) === name && !/^\.*$|\\/.test(name)
}

function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    // `readBundle` says so, and where.
    return undefined
  }
}

const pathOf = (where: string) => (where.includes(BEHIND_FILE) ? where.slice(where.indexOf(BEHIND_FILE) + 3) : '')

function fromProblem({ where, what, remedy }: ProvisioningProblem): ConfigFault {
  return { path: pathOf(where), what, remedy }
}

async function logoFaults(folder: string, logo: string | null): Promise<ConfigFault[]> {
  const reading = logo === null ? null : await readLogo(openBundleFolder(folder), logo)
  if (!reading || reading.ok) return []
  const { what, remedy } = reading.fault
  return [{ path: 'brand.logo', what: `names ${logo}, which ${what}`, remedy }]
}

/** What a kiosk tells its technicians of; the logo is judged for faulty bundles as well, and so apart. */
function noticesOf(reading: BundleReading, deviceId: string | null): ConfigFault[] {
  if (!reading.ok) return []
  const { display, notices } = reading.bundle
  return [...display.brand.notices, ...(deviceId === null ? [] : notices)]
    .map(({ where, ...notice }) => ({ path: pathOf(where), ...notice }))
    .filter(({ path }) => path.startsWith('sites') || (path.startsWith('brand.') && path !== 'brand.logo'))
}

function repeatedWarnings(repeated: ReturnType<typeof findPlaces>['repeated']) {
  const what = 'is written twice, and the last one counts'
  return repeated.map(({ path, line }) => ({ path, line, what, remedy: 'Keep one of them.' }))
}

async function authorityWarnings({ ok, ...reading }: BundleReading, nowMs: number): Promise<ConfigFault[]> {
  if (!ok || !('bundle' in reading)) return []
  return reading.bundle.trustedCaPems.flatMap((pem, index) =>
    judgeCertificates(`network.trustedCaFiles.${index}`, pem, nowMs),
  )
}

/**
 * @param folder absolute
 * @param deviceId whose name and place `sites` should have; null for no device in particular
 */
export async function checkBundle(
  folder: string,
  deviceId: string | null = null,
  { platform, nowMs }: Machine = { platform: process.platform, nowMs: Date.now() },
): Promise<BundleCheck> {
  const modes = platform === 'win32' ? 'not-checked' : 'checked'
  const reading = await readGivenBundle(folder, deviceId)
  const text = await readFile(join(folder, CONFIG_FILE), 'utf8').catch(() => null)
  const content = parse(text)
  const { lineOf, repeated } =
    text === null || content === undefined ? { lineOf: () => null, repeated: [] } : findPlaces(text)
  const names = readNames(content)
  const files =
    text === null
      ? { faults: [], warnings: [] }
      : await judgeFiles(folder, [...names.caFiles, ...(names.logo ? [names.logo] : [])], platform)
  const problems = reading.ok ? [] : reading.problems
  const ofFolder = problems.filter(({ where }) => where === folder).map((problem) => ({ ...problem, path: '.' }))
  const stale = ofFolder.length === 0 ? await judgeSignature(folder) : []
  const faults = [
    ...problems.filter(({ where }) => where !== folder).map(fromProblem),
    ...ofFolder,
    ...(await logoFaults(folder, names.logo)),
    ...files.faults,
    ...stale,
  ]
  const warnings = [
    ...repeatedWarnings(repeated),
    ...(reading.ok ? findUnwiseSettings(reading.bundle.config) : []),
    ...(await authorityWarnings(reading, nowMs)),
    ...noticesOf(reading, deviceId),
    ...files.warnings,
  ]
  const ofFiles = new Set([...files.faults, ...files.warnings, ...stale, ...ofFolder])
  const asFinding = (kind: BundleFinding['kind']) => (fault: ConfigFault & { line?: number }) => {
    const { path, what, remedy } = fault
    if (ofFiles.has(fault)) return { kind, file: path, path: '', line: null, what, remedy }
    return { kind, file: CONFIG_FILE, path, line: fault.line ?? lineOf(path), what, remedy }
  }
  return { findings: unrepeated([...faults.map(asFinding('fault')), ...warnings.map(asFinding('warning'))]), modes }
}

/** Two rules may say the same of one setting. */
function unrepeated(findings: readonly BundleFinding[]): BundleFinding[] {
  const keyOf = ({ file, path, what }: BundleFinding) => [file, path, what].join(' ')
  const said = new Map(findings.toReversed().map((finding) => [keyOf(finding), finding]))
  return findings.filter((finding) => said.get(keyOf(finding)) === finding)
}
