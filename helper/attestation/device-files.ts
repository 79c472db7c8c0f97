/** A device's identity out of two files, and the fleet's authority that judges it. Never takes a key that others can read. */
import type { X509Certificate } from 'node:crypto'
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'
import { readTrusted, trustedOwners } from '../trust/read-trust.ts'
import type { DeviceCertificate, DeviceCertificateFault, DeviceIdentitySource } from './device-identity.ts'
import { judgeDeviceFiles, type NamedText, readCertificates } from './judge-certificate.ts'

/** As `fleetctl pki issue` names them. */
export const CERTIFICATE_FILE = 'device.crt'
const KEY_FILE = 'device.key'
/** Root's, in the trust folder. */
const FLEET_CA_FILE = 'fleet-ca.crt'

const SIZE_LIMIT_BYTES = 64 * 1024
const FOR_OTHERS = 0o077
const WRITABLE_BY_OTHERS = 0o022

export type DeviceFilePlaces = {
  deviceFolder: string
  trustFolder: string
  /** An installed kiosk's trust folder is root's alone. */
  isPackaged: boolean
  /** The helper's; undefined where accounts have no numbers, and files no modes (Windows). */
  account: number | undefined
}

type Reading =
  | { kind: 'missing' }
  | { kind: 'unreadable'; why: string }
  | { kind: 'text'; file: NamedText; stats: Stats }

async function read(path: string): Promise<Reading> {
  try {
    // A service that renews certificates may keep them elsewhere and link to them.
    const stats = await stat(path)
    if (!stats.isFile()) return { kind: 'unreadable', why: 'is no file' }
    if (stats.size > SIZE_LIMIT_BYTES) return { kind: 'unreadable', why: 'is larger than any certificate or key' }
    return { kind: 'text', file: { path, text: await readFile(path, 'utf8') }, stats }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'missing' }
      : { kind: 'unreadable', why: `cannot be read (${code})` }
  }
}

const modeText = (mode: number) => (mode & 0o7777).toString(8).padStart(4, '0')

function findExposure({ uid, mode }: Stats, forOthers: number, account: number | undefined): string | null {
  if (account === undefined) return null
  if (uid !== account && uid !== 0) return `belongs to account ${uid}`
  return (mode & forOthers) === 0 ? null : `has mode ${modeText(mode)}`
}

async function exposuresOf(
  key: Reading,
  { deviceFolder, account }: DeviceFilePlaces,
): Promise<DeviceCertificateFault[]> {
  const code = 'device-certificate-key-exposed'
  const faults: DeviceCertificateFault[] = []
  const ofKey = key.kind === 'text' ? findExposure(key.stats, FOR_OTHERS, account) : null
  if (ofKey !== null) faults.push({ code, where: join(deviceFolder, KEY_FILE), what: `${ofKey}: others can read it` })
  const folder = await stat(deviceFolder).catch(() => null)
  const ofFolder = folder && findExposure(folder, WRITABLE_BY_OTHERS, account)
  if (ofFolder) faults.push({ code, where: deviceFolder, what: `${ofFolder}: others can put another key into it` })
  return faults
}

async function readAuthorities({
  trustFolder,
  isPackaged,
}: DeviceFilePlaces): Promise<{ authorities: X509Certificate[] | null; faults: DeviceCertificateFault[] }> {
  const where = join(trustFolder, FLEET_CA_FILE)
  const unusable = (what: string) => ({
    authorities: null,
    faults: [{ code: 'fleet-ca-unusable' as const, where, what }],
  })
  try {
    const text = await readTrusted(trustFolder, FLEET_CA_FILE, trustedOwners({ isPackaged }))
    if (text === null) return { authorities: null, faults: [] }
    const authorities = readCertificates(text)
    return authorities ? { authorities, faults: [] } : unusable('holds no PEM certificate that can be read')
  } catch (error) {
    if (!(error instanceof KioskError)) throw error
    return unusable(`is not to be trusted: ${error.message}`)
  }
}

/** Reads both files, and judges them by the clock of this machine. */
export async function readDeviceFiles(places: DeviceFilePlaces): Promise<DeviceCertificate> {
  const [certificatePath, keyPath] = [join(places.deviceFolder, CERTIFICATE_FILE), join(places.deviceFolder, KEY_FILE)]
  const [certificate, key] = [await read(certificatePath), await read(keyPath)]
  if (certificate.kind === 'missing' && key.kind === 'missing') return { kind: 'not-configured' }
  const faults = await exposuresOf(key, places)
  if (certificate.kind === 'missing') {
    faults.push({ code: 'device-certificate-missing', where: certificatePath, what: 'does not exist' })
  } else if (certificate.kind === 'unreadable') {
    faults.push({ code: 'device-certificate-unreadable', where: certificatePath, what: certificate.why })
  }
  if (key.kind === 'missing') {
    faults.push({ code: 'device-certificate-key-missing', where: keyPath, what: 'does not exist' })
  } else if (key.kind === 'unreadable') {
    faults.push({ code: 'device-certificate-key-unreadable', where: keyPath, what: key.why })
  }
  const { authorities, faults: ofAuthorities } = await readAuthorities(places)
  faults.push(...ofAuthorities)
  if (certificate.kind !== 'text' || key.kind !== 'text') return { kind: 'faulty', faults }
  const nowEpochMs = Date.now()
  const judged = judgeDeviceFiles({ certificate: certificate.file, key: key.file, authorities, nowEpochMs })
  if (judged.kind === 'faulty') faults.push(...judged.faults)
  return faults.length > 0 ? { kind: 'faulty', faults } : judged
}

/** The kind of identity whose key is a file. */
export function deviceFiles(places: DeviceFilePlaces): DeviceIdentitySource {
  return { read: () => readDeviceFiles(places) }
}
