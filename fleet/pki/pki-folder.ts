/** The folder of a fleet's PKI and its index of what was ever issued. Never lets two commands change it at once. */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { deviceIdSchema } from '../../contract/device-identity.ts'
import { Refusal, wordsOf } from '../refusal.ts'
import { type Authority, REVOCATION_REASONS, readAuthority } from './certificates.ts'
import { FOR_EVERYBODY, FOR_ITS_OWNER, replaceFile, writeNewFile } from './files.ts'

const moment = z.iso.datetime()

const indexSchema = z.strictObject({
  version: z.literal(1),
  /** Of the list that was signed last. */
  crlNumber: z.int().min(0),
  certificates: z.array(
    z.strictObject({
      /** Hexadecimal. */
      serialNumber: z.string().regex(/^[0-9a-f]+$/),
      deviceId: deviceIdSchema,
      notBefore: moment,
      notAfter: moment,
      revoked: z.strictObject({ at: moment, reason: z.enum(REVOCATION_REASONS) }).optional(),
    }),
  ),
  operationsKeys: z.array(
    z.strictObject({
      /** RFC 7638 thumbprint, which is also the key's `kid`. */
      kid: z.string(),
      name: z.string(),
      purpose: z.enum(['orders', 'bundles']),
      algorithm: z.enum(['EdDSA', 'ES256']),
      createdAt: moment,
    }),
  ),
})
export type PkiIndex = z.infer<typeof indexSchema>
export type IssuedCertificate = PkiIndex['certificates'][number]

const pathsOf = (folder: string) => ({
  certificate: join(folder, 'fleet-ca.crt'),
  key: join(folder, 'fleet-ca.key'),
  revocationList: join(folder, 'fleet-ca.crl'),
  index: join(folder, 'index.json'),
  lock: join(folder, 'index.lock'),
})

export type Pki = { authority: Authority; index: PkiIndex; paths: ReturnType<typeof pathsOf> }

/** @throws Refusal where there is an authority already */
export async function makePkiFolder(folder: string, certificatePem: string, keyPem: string): Promise<void> {
  const paths = pathsOf(folder)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new Refusal(`${folder} cannot be made: ${wordsOf(error)}`)
  }
  // The key first: where there is one, nothing else is touched.
  await writeNewFile(paths.key, keyPem, FOR_ITS_OWNER)
  await writeNewFile(paths.certificate, certificatePem, FOR_EVERYBODY)
  await saveIndex(paths.index, { version: 1, crlNumber: 0, certificates: [], operationsKeys: [] })
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Refusal(`${path} cannot be read: ${wordsOf(error)}. "fleetctl pki create" makes a PKI.`)
  }
}

async function readIndex(path: string): Promise<PkiIndex> {
  const text = await readText(path)
  try {
    return indexSchema.parse(JSON.parse(text))
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : wordsOf(error)
    throw new Refusal(`${path} is damaged, restore it from a backup: ${what}`)
  }
}

/** @throws Refusal for what is missing or damaged */
export async function readPki(folder: string): Promise<Pki> {
  const paths = pathsOf(folder)
  const index = await readIndex(paths.index)
  const certificatePem = await readText(paths.certificate)
  const keyPem = await readText(paths.key)
  try {
    return { authority: await readAuthority(certificatePem, keyPem), index, paths }
  } catch (error) {
    throw new Refusal(`the authority in ${folder} cannot be used: ${wordsOf(error)}`)
  }
}

export function saveIndex(path: string, index: PkiIndex): Promise<void> {
  return replaceFile(path, `${JSON.stringify(indexSchema.parse(index), null, 2)}\n`, FOR_ITS_OWNER)
}

/**
 * Reads the PKI for a command that changes it, while no other one does.
 *
 * @throws Refusal where another command is at work
 */
export async function withPki<Result>(folder: string, change: (pki: Pki) => Promise<Result>): Promise<Result> {
  const { index, lock } = pathsOf(folder)
  await readText(index)
  try {
    await writeNewFile(lock, `${process.pid}\n`, FOR_ITS_OWNER)
  } catch (error) {
    throw new Refusal(`another command is changing ${folder}; if none is, remove ${lock}. (${wordsOf(error)})`)
  }
  try {
    return await change(await readPki(folder))
  } finally {
    await rm(lock, { force: true })
  }
}
