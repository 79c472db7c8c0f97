/** Reads `fleet.json` and the files that it names. Names every fault of them at once, and repeats nothing of a key. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { importJWK } from 'jose'
import { z } from 'zod'
import { ORDER_ALGORITHMS } from '../../contract/remote-orders.ts'
import { Refusal } from '../refusal.ts'
import { type FleetAuthority, openFleetAuthority } from './fleet-authority.ts'
import { checkOperatorSettings, type OperatorSettings, SETTING_FLAGS } from './operator-settings.ts'
import { openRevocationList } from './revocation-list.ts'
import type { OrderSigner } from './sign-order.ts'
import { readSiteList, type SiteList } from './site-list.ts'

const SETTINGS_FILE = 'fleet.json'
const READABLE_BY_OTHERS = 0o077

export type Operator = {
  brokerUrl: string
  /** For TLS to the broker. */
  tls: { ca: string | undefined; cert: string; key: string }
  fleetCaPem: string
  /** Null where nobody has named a list. */
  fleetCrlPem: string | null
  authority: FleetAuthority
  /** Null where no order is to be signed. */
  signer: OrderSigner | null
  /** Null where nobody has named a table. */
  sites: SiteList | null
}

export type SettingFlags = { settings?: string | undefined } & {
  [Flag in keyof typeof SETTING_FLAGS]?: string | undefined
}

const orderKeySchema = z.object({
  kid: z.string().min(1).max(128),
  alg: z.enum(ORDER_ALGORITHMS),
  d: z.string().min(1),
})

class Faults {
  readonly found: string[] = []

  /** @returns null where it fails, with the fault noted */
  async try<Result>(setting: string, path: string, look: () => Promise<Result> | Result): Promise<Result | null> {
    try {
      return await look()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      this.found.push(`${setting}: ${path} ${code === 'ENOENT' ? 'is not there' : message}`)
      return null
    }
  }
}

/** Only faults in our own words: a parser's would quote what it has read. */
function orElse<Result>(words: string, make: () => Result): Result {
  try {
    return make()
  } catch {
    throw new Error(words)
  }
}

async function readSecret(path: string): Promise<string> {
  const { mode } = await stat(path)
  if (process.platform !== 'win32' && mode & READABLE_BY_OTHERS) {
    throw new Error(`can be read by others than its owner (mode ${(mode & 0o777).toString(8)}): chmod 600`)
  }
  return readFile(path, 'utf8')
}

async function readOrderKey(path: string): Promise<OrderSigner> {
  const content = await readSecret(path)
  const parsed = orderKeySchema.safeParse(orElse('is no JSON', () => JSON.parse(content)))
  if (!parsed.success) {
    const isPublic = parsed.error.issues.every(({ path: [name] }) => name === 'd')
    throw new Error(
      isPublic
        ? 'holds the public half of a key: give NAME.private.jwk'
        : 'is no key for orders: "fleetctl pki key --purpose orders" makes one',
    )
  }
  const { kid, alg } = parsed.data
  const key = await importJWK(JSON.parse(content), alg).catch(() => {
    throw new Error(`is no key for ${alg}`)
  })
  if (key instanceof Uint8Array) throw new Error(`is no key for ${alg}`)
  return { keyId: kid, algorithm: alg, key }
}

async function readCertificate(path: string): Promise<{ pem: string; certificate: X509Certificate }> {
  const pem = await readFile(path, 'utf8')
  const certificate = orElse('holds no certificate', () => new X509Certificate(pem))
  if (certificate.validToDate < new Date()) throw new Error(`has been over since ${certificate.validTo}`)
  return { pem, certificate }
}

async function readRevocations(path: string, fleetCaPem: string) {
  const pem = await readFile(path, 'utf8')
  if (!/-----BEGIN (X509 )?CRL-----/.test(pem)) throw new Error('holds no revocation list')
  const list = await openRevocationList(pem, fleetCaPem)
  const { nextUpdateEpochMs } = list
  if (nextUpdateEpochMs !== null && nextUpdateEpochMs < Date.now()) {
    throw new Error(
      `has been over since ${new Date(nextUpdateEpochMs).toISOString()}: "fleetctl pki crl" signs it anew`,
    )
  }
  return { pem, list }
}

async function readFiles(settings: OperatorSettings, needsOrderKey: boolean): Promise<Operator | { faults: string[] }> {
  const { brokerUrl, brokerCaFile, certificateFile, keyFile, orderKeyFile, fleetCaFile } = settings
  const { fleetCrlFile, sitesFile } = settings
  const faults = new Faults()
  const ca =
    brokerCaFile === undefined
      ? undefined
      : await faults.try('brokerCaFile', brokerCaFile, async () => (await readCertificate(brokerCaFile)).pem)
  const certificate = await faults.try('certificateFile', certificateFile, () => readCertificate(certificateFile))
  const key = await faults.try('keyFile', keyFile, async () => {
    const pem = await readSecret(keyFile)
    const privateKey = orElse('holds no key that can be read without a password', () => createPrivateKey(pem))
    if (certificate && !certificate.certificate.checkPrivateKey(privateKey)) {
      throw new Error(`is not the key of ${certificateFile}`)
    }
    return pem
  })
  const fleet = await faults.try('fleetCaFile', fleetCaFile, async () => {
    const pem = await readFile(fleetCaFile, 'utf8')
    return { pem, authority: openFleetAuthority(pem) }
  })
  const revoked =
    fleetCrlFile === undefined || !fleet
      ? undefined
      : await faults.try('fleetCrlFile', fleetCrlFile, () => readRevocations(fleetCrlFile, fleet.pem))
  const sites =
    sitesFile === undefined
      ? undefined
      : await faults.try('sitesFile', sitesFile, async () => readSiteList(await readFile(sitesFile, 'utf8')))
  let signer: OrderSigner | null = null
  if (needsOrderKey) {
    if (orderKeyFile === undefined) faults.found.push('orderKeyFile is missing. Without it nobody can sign an order.')
    else signer = await faults.try('orderKeyFile', orderKeyFile, () => readOrderKey(orderKeyFile))
  }
  if (faults.found.length > 0 || !certificate || key === null || ca === null || !fleet) return { faults: faults.found }
  return {
    brokerUrl,
    tls: { ca, cert: certificate.pem, key },
    fleetCaPem: fleet.pem,
    fleetCrlPem: revoked?.pem ?? null,
    authority: revoked ? openFleetAuthority(fleet.pem, revoked.list) : fleet.authority,
    signer,
    sites: sites ?? null,
  }
}

async function readContent(path: string, isNamed: boolean): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // Flags may say it all.
    if (error.code === 'ENOENT' && !isNamed) return '{ "version": 1 }'
    throw new Refusal(`${path} cannot be read: ${error.message}`)
  })
  try {
    return Object(JSON.parse(text))
  } catch {
    // A parser's words would quote the file, which may be a key that was named by mistake.
    throw new Refusal(`${path} is no JSON`)
  }
}

/**
 * @param flags files of which are named from the working folder; those of `fleet.json` from its own
 * @throws Refusal with every fault that was found
 */
export async function readOperator(
  flags: SettingFlags,
  { needsOrderKey }: { needsOrderKey: boolean },
): Promise<Operator> {
  const settingsFile = resolve(flags.settings ?? SETTINGS_FILE)
  const content = await readContent(settingsFile, flags.settings !== undefined)
  for (const [name, value] of Object.entries(content)) {
    if (name.endsWith('File') && typeof value === 'string') content[name] = resolve(dirname(settingsFile), value)
  }
  for (const [flag, name] of Object.entries(SETTING_FLAGS)) {
    const value = flags[flag as keyof typeof SETTING_FLAGS]
    if (value !== undefined) content[name] = name.endsWith('File') ? resolve(value) : value
  }
  const checked = checkOperatorSettings(content)
  const read = checked.ok
    ? await readFiles(checked.settings, needsOrderKey)
    : { faults: checked.faults.map(({ path, what, remedy }) => `${path || 'it'} ${what}. ${remedy}`) }
  if (!('faults' in read)) return read
  throw new Refusal([`${settingsFile} has faults:`, ...read.faults.map((fault) => `  ${fault}`)].join('\n'))
}
