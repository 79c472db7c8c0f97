/** Reads the bundle folder and reports every fault of it at once. Never guesses a missing setting, never changes a file. */
import { X509Certificate } from 'node:crypto'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import type { ConfigNotice } from '../../contract/diagnostics.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { ProvisioningCode } from '../../contract/kiosk-error.ts'
import type { KioskSnapshot, ProvisioningProblem } from '../../contract/session-state.ts'
import { type ReadBrand, readBrand } from '../brand/read-brand.ts'
import { type BundleFiles, hashFiles, openBundleFolder } from './bundle-files.ts'
import { type DeviceIdSource, identifyDevice } from './device-identity.ts'
import { findJsonFault } from './json-fault.ts'

export const CONFIG_FILE = 'kiosk.json'
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

export type Bundle = {
  config: KioskConfig
  deviceId: string
  deviceIdSource: DeviceIdSource
  /** Where the bundle and this device do not fit; it works all the same. */
  notices: ConfigNotice[]
  display: KioskSnapshot['display']
  /** What `display.brand` names the hash of. */
  logo: ReadBrand['logo']
  trustedCaPems: string[]
  /** SHA-256 of every file that it was read from, by name. */
  fileHashes: Readonly<Record<string, string>>
}

export type BundleReading = { ok: true; bundle: Bundle } | { ok: false; problems: ProvisioningProblem[] }

function problem(code: ProvisioningCode, where: string, what: string, remedy: string): BundleReading {
  return { ok: false, problems: [{ code, where, what, remedy }] }
}

/** True for one PEM certificate or more, each of which can really be read. */
function holdsCertificates(pem: string): boolean {
  const blocks = pem.match(PEM_CERTIFICATE) ?? []
  try {
    for (const block of blocks) new X509Certificate(block)
    return blocks.length > 0
  } catch {
    return false
  }
}

async function readCertificates(files: BundleFiles, names: readonly string[]) {
  const pems: string[] = []
  const problems: ProvisioningProblem[] = []
  for (const [index, name] of names.entries()) {
    const where = `${CONFIG_FILE} › network.trustedCaFiles.${index}`
    // A bundle vouches for what lies in it, not for the rest of the machine.
    if (basename(name) !== name) {
      const remedy = 'Put the file beside kiosk.json and give its bare name.'
      problems.push({ code: 'bundle-invalid', where, what: `names a path (${name}), not a file of the bundle`, remedy })
      continue
    }
    const reading = await files.read(name)
    const pem = reading.kind === 'bytes' ? reading.bytes.toString('utf8') : null
    if (pem !== null && holdsCertificates(pem)) {
      pems.push(pem)
    } else {
      const what =
        pem === null ? `names ${name}, which cannot be read` : `names ${name}, which holds no readable PEM certificate`
      problems.push({ code: 'bundle-file-missing', where, what, remedy: 'Put the PEM file beside kiosk.json.' })
    }
  }
  return { pems, problems }
}

/**
 * @param from a folder's absolute path; holds `kiosk.json` and the files it names. Or these files, read already.
 * @param certificateId the device id in this device's certificate, where it has one
 */
export async function readBundle(
  from: string | BundleFiles,
  certificateId: string | null = null,
): Promise<BundleReading> {
  const files = typeof from === 'string' ? openBundleFolder(from) : from
  const path = join(files.folder, CONFIG_FILE)
  const reading = await files.read(CONFIG_FILE)
  if (reading.kind === 'missing') {
    const remedy = 'Install the configuration bundle there.'
    return problem('bundle-missing', path, 'does not exist', remedy)
  }
  if (reading.kind !== 'bytes') {
    const what = `cannot be read (${reading.kind === 'unreadable' ? reading.code : reading.kind})`
    return problem('bundle-unreadable', path, what, 'Let the helper’s account read the bundle folder and its files.')
  }
  const text = reading.bytes.toString('utf8')
  if (text.trim() === '') return problem('bundle-not-json', path, 'is empty', 'Write the configuration into it.')
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // Its own words quote the text, and seldom name the place.
    const { what, remedy } = findJsonFault(text)
    return problem('bundle-not-json', path, what, remedy)
  }
  return readContent(files, content, certificateId)
}

/** The files that a config names, even one that is faulty elsewhere: an installer sees every fault at once. */
function namedCertificates(content: unknown): string[] {
  const named = z.looseObject({ network: z.looseObject({ trustedCaFiles: z.array(z.string()) }) }).safeParse(content)
  return named.success ? named.data.network.trustedCaFiles : []
}

async function readContent(files: BundleFiles, content: unknown, certificateId: string | null): Promise<BundleReading> {
  const checked = checkKioskConfig(content)
  const { pems, problems } = await readCertificates(files, namedCertificates(content))
  const faults = checked.ok ? [] : checked.faults
  const listed = faults.map(({ path, what, remedy }): ProvisioningProblem => {
    return { code: 'bundle-invalid', where: path === '' ? CONFIG_FILE : `${CONFIG_FILE} › ${path}`, what, remedy }
  })
  if (!checked.ok || problems.length > 0) return { ok: false, problems: [...listed, ...problems] }
  const { config } = checked
  const { deviceId, source, kioskName, place, notices } = identifyDevice(config, {
    certificateId,
    hostName: hostname(),
  })
  const { brand, logo } = await readBrand(files, config.brand)
  return {
    ok: true,
    bundle: {
      config,
      deviceId,
      deviceIdSource: source,
      notices: notices.map(({ path, ...notice }) => ({ where: `${CONFIG_FILE} › ${path}`, ...notice })),
      display: { brand, kioskName, place, languages: config.languages },
      logo,
      trustedCaPems: pems,
      fileHashes: hashFiles(files.used()),
    },
  }
}
