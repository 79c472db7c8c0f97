/** Makes the keys that sign orders and bundles. Never writes a private key over another, or where others can read it. */
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { FOR_EVERYBODY, FOR_ITS_OWNER, writeNewFile } from './files.ts'
import { type PkiIndex, saveIndex, withPki } from './pki-folder.ts'

export const KEY_PURPOSES = ['orders', 'bundles'] as const
export const KEY_ALGORITHMS = ['EdDSA', 'ES256'] as const

type OperationsKey = Pick<PkiIndex['operationsKeys'][number], 'name' | 'purpose' | 'algorithm'>

/**
 * Writes `<name>.private.jwk` (0600) and `<name>.public.jwk`, both with `kid`, `alg` and `use`. One key, one algorithm, one
 * purpose: a kiosk that pins the public one takes nothing else for good.
 *
 * @returns the key's id, its RFC 7638 thumbprint
 * @throws Refusal where a file of that name is there
 */
export function createOperationsKey(
  options: OperationsKey & { folder: string; outFolder: string; now: Date },
): Promise<string> {
  const { folder, outFolder, now, name, purpose, algorithm } = options
  return withPki(folder, async ({ index, paths }) => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
    const publicJwk = await exportJWK(publicKey)
    const kid = await calculateJwkThumbprint(publicJwk)
    const about = { kid, alg: algorithm, use: 'sig' }
    const asText = (jwk: object) => `${JSON.stringify({ ...jwk, ...about }, null, 2)}\n`
    await writeNewFile(join(outFolder, `${name}.private.jwk`), asText(await exportJWK(privateKey)), FOR_ITS_OWNER)
    await writeNewFile(join(outFolder, `${name}.public.jwk`), asText(publicJwk), FOR_EVERYBODY)
    const entry = { kid, name, purpose, algorithm, createdAt: now.toISOString() }
    await saveIndex(paths.index, { ...index, operationsKeys: [...index.operationsKeys, entry] })
    return kid
  })
}
