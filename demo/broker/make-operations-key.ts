/** Makes a key for orders as `fleetctl pki key` does, and reads both halves. Never outside a folder of a test or the demo. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createOperationsKey } from '../../fleet/pki/operations-keys.ts'
import type { OrderKey } from './operations.ts'

export async function makeOperationsKey(pkiFolder: string): Promise<{ orderKey: OrderKey; publicKey: OrderKey }> {
  const name = 'orders'
  const given = { folder: pkiFolder, outFolder: pkiFolder, now: new Date(), name }
  await createOperationsKey({ ...given, purpose: 'orders', algorithm: 'EdDSA' })
  const read = async (half: string) => JSON.parse(await readFile(join(pkiFolder, `${name}.${half}.jwk`), 'utf8'))
  return { orderKey: await read('private'), publicKey: await read('public') }
}
