/** `fleetctl pki`: the fleet's own certificates for pilots and tests. Prints names and numbers, never a key. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { deviceIdSchema } from '../../contract/device-identity.ts'
import { type Given, type GroupCommand, readChoice, readWholeNumber, runGroup } from '../command-group.ts'
import { Refusal } from '../refusal.ts'
import { UsageError } from '../usage-error.ts'
import { REVOCATION_REASONS } from './certificates.ts'
import {
  createPki,
  type DeviceCredentials,
  issueCertificate,
  renewCertificate,
  revokeCertificates,
  signList,
} from './device-certificates.ts'
import { FOR_EVERYBODY, FOR_ITS_OWNER, writeNewFile } from './files.ts'
import { createOperationsKey, KEY_ALGORITHMS, KEY_PURPOSES } from './operations-keys.ts'
import { type IssuedCertificate, readPki } from './pki-folder.ts'

/** A browser's limit for servers, which PKI teams are used to. */
const CERTIFICATE_DAYS = { least: 1, most: 3650, otherwise: 397 }

const textOf = (given: Given, name: string) => given[name] ?? ''

function readDeviceId(given: Given): string {
  const parsed = deviceIdSchema.safeParse(given.device)
  if (parsed.success) return parsed.data
  throw new UsageError(`--device ${parsed.error.issues[0]?.message ?? 'is wrong'}`)
}

/** Before anything is issued: a certificate that nobody got is one that nobody looks after. */
async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) throw new Refusal(`${path} is there already, and nothing is written over it`)
  }
}

async function handOut(given: Given, how: typeof issueCertificate): Promise<string> {
  const out = textOf(given, 'out')
  const certificateFile = join(out, 'device.crt')
  const keyFile = join(out, 'device.key')
  const deviceId = readDeviceId(given)
  await access(out).catch(() => {
    throw new Refusal(`${out} is no folder that can be written to: make it first`)
  })
  await refuseExisting(given.request === undefined ? [certificateFile, keyFile] : [certificateFile])
  const issued: DeviceCredentials = await how({
    folder: textOf(given, 'folder'),
    deviceId,
    now: new Date(),
    days: readWholeNumber(given, 'days', CERTIFICATE_DAYS),
    requestFile: given.request,
  })
  if (issued.keyPem !== null) await writeNewFile(keyFile, issued.keyPem, FOR_ITS_OWNER)
  await writeNewFile(certificateFile, issued.certificatePem, FOR_EVERYBODY)
  return `${deviceId} ${issued.serialNumber} good until ${issued.notAfter.toISOString()}`
}

async function revoke(given: Given): Promise<string> {
  if ((given.device === undefined) === (given.serial === undefined)) {
    throw new UsageError('give either --device or --serial')
  }
  const serials = await revokeCertificates({
    folder: textOf(given, 'folder'),
    which: given.serial === undefined ? { deviceId: readDeviceId(given) } : { serialNumber: given.serial },
    reason: readChoice(given, 'reason', REVOCATION_REASONS),
    now: new Date(),
  })
  return `revoked ${serials.join(' ')}\nNow give the new fleet-ca.crl to the gateway.`
}

function stateOf({ notAfter, revoked }: IssuedCertificate, now: Date): string {
  if (revoked) return `revoked ${revoked.at} ${revoked.reason}`
  return new Date(notAfter) > now ? `good until ${notAfter}` : `expired ${notAfter}`
}

async function list(given: Given): Promise<string> {
  const { index } = await readPki(textOf(given, 'folder'))
  const now = new Date()
  const certificates = index.certificates.map(
    (entry) => `${entry.deviceId} ${entry.serialNumber} ${stateOf(entry, now)}`,
  )
  const keys = index.operationsKeys.map(
    ({ name, kid, purpose, algorithm }) => `${name} ${kid} signs ${purpose} ${algorithm}`,
  )
  return [...certificates, ...keys].join('\n')
}

const COMMANDS: Readonly<Record<string, GroupCommand>> = {
  create: {
    needs: ['folder', 'name'],
    mayTake: ['days'],
    async run(given) {
      const folder = textOf(given, 'folder')
      const name = textOf(given, 'name').trim()
      if (name.length > 64) throw new UsageError('--name takes at most 64 letters')
      const days = readWholeNumber(given, 'days', { least: 1, most: 7300, otherwise: 3650 })
      await createPki({ folder, name, now: new Date(), days })
      return `made the authority "${name}" in ${folder}. Whoever has its fleet-ca.key makes devices: keep it offline.`
    },
  },
  issue: {
    needs: ['folder', 'device', 'out'],
    mayTake: ['days', 'request'],
    run: (given) => handOut(given, issueCertificate),
  },
  renew: {
    needs: ['folder', 'device', 'out'],
    mayTake: ['days', 'request'],
    run: (given) => handOut(given, renewCertificate),
  },
  revoke: { needs: ['folder'], mayTake: ['device', 'serial', 'reason'], run: revoke },
  list: { needs: ['folder'], run: list },
  crl: {
    needs: ['folder'],
    mayTake: ['days'],
    async run(given) {
      const days = readWholeNumber(given, 'days', { least: 1, most: 365, otherwise: 30 })
      await signList({ folder: textOf(given, 'folder'), now: new Date(), days })
      return `signed the revocation list anew, good for ${days} days`
    },
  },
  key: {
    needs: ['folder', 'name', 'purpose', 'out'],
    mayTake: ['algorithm'],
    async run(given) {
      const name = textOf(given, 'name')
      if (!deviceIdSchema.safeParse(name).success) {
        throw new UsageError('--name takes 1 to 63 letters, digits, ".", "_" and "-"')
      }
      return createOperationsKey({
        folder: textOf(given, 'folder'),
        outFolder: textOf(given, 'out'),
        now: new Date(),
        name,
        purpose: readChoice(given, 'purpose', KEY_PURPOSES),
        algorithm: readChoice(given, 'algorithm', KEY_ALGORITHMS),
      })
    },
  },
}

/** @param args what follows `pki` */
export function runPki(args: readonly string[]): Promise<string> {
  return runGroup('pki', COMMANDS, args)
}
