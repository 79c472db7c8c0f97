/** Whether the program's files are as they were built, and whose word that is. Only looks; needs no helper. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compactVerify, decodeProtectedHeader } from 'jose'
import type { Trust } from '../trust/read-trust.ts'
import {
  compareProgram,
  listProgram,
  MANIFEST_FILES,
  MANIFEST_TYPE,
  manifestSchema,
  type ProgramManifest,
  unreadableFiles,
} from './program-manifest.ts'

export type ProgramFindings =
  /** A developer's checkout, whose files change all day. */
  | { kind: 'not-packaged' }
  /** Nothing says what the files should be. */
  | { kind: 'unknown'; why: string }
  | {
      kind: 'compared'
      version: string
      /** Null where the list is not signed, or no release key is pinned here: it finds damage, and no forgery. */
      signedBy: string | null
      differences: readonly string[]
      /** By the account that looks. */
      unreadable: readonly string[]
    }

async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}

type VouchedManifest = { manifest: ProgramManifest; signedBy: string | null } | { why: string }

function parseManifest(bytes: Uint8Array | string): ProgramManifest | null {
  try {
    return manifestSchema.parse(JSON.parse(typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)))
  } catch {
    return null
  }
}

/** RFC 7515 §5.2. The header chooses among the pinned keys and nothing else. */
async function verifySigned(jws: string, trust: Trust): Promise<VouchedManifest> {
  const name = MANIFEST_FILES.signed
  if (trust.kind !== 'pinned') {
    const manifest = parseManifest(Buffer.from(jws.split('.')[1] ?? '', 'base64url'))
    return manifest ? { manifest, signedBy: null } : { why: `${name} is damaged` }
  }
  try {
    const { typ, alg, kid } = decodeProtectedHeader(jws)
    const key = trust.keys.find(({ keyId }) => keyId === kid)
    if (typ !== MANIFEST_TYPE) return { why: `${name} is of another kind than ${MANIFEST_TYPE}` }
    if (!key || alg !== key.algorithm) return { why: `${name} is signed with a key that is not pinned here` }
    const { payload } = await compactVerify(jws, key.key, { algorithms: [key.algorithm] })
    const manifest = parseManifest(payload)
    return manifest ? { manifest, signedBy: key.keyId } : { why: `${name} is signed, and no list of files` }
  } catch {
    return { why: `${name} does not fit its key: it was changed, or made with another one` }
  }
}

async function readManifest(resources: string, trust: Trust): Promise<VouchedManifest> {
  if (trust.kind === 'unusable') return { why: trust.why.message }
  const signed = await readIfThere(join(resources, MANIFEST_FILES.signed))
  if (signed !== null) return verifySigned(signed.trim(), trust)
  // Whoever changes files could leave a list of their own in its place.
  if (trust.kind === 'pinned') return { why: `${MANIFEST_FILES.signed} is missing, and a release key is pinned here` }
  const text = await readIfThere(join(resources, MANIFEST_FILES.unsigned))
  if (text === null) return { why: `there is neither ${MANIFEST_FILES.signed} nor ${MANIFEST_FILES.unsigned}` }
  const manifest = parseManifest(text)
  return manifest ? { manifest, signedBy: null } : { why: `${MANIFEST_FILES.unsigned} is no list of files` }
}

/**
 * @param resources the folder that `helper`, `node` and `pm2` lie in
 * @param trust the release keys that are pinned on this machine
 */
export async function checkProgram(resources: string, trust: Trust): Promise<ProgramFindings> {
  const vouched = await readManifest(resources, trust)
  if ('why' in vouched) return { kind: 'unknown', why: vouched.why }
  const { manifest, signedBy } = vouched
  const found = await listProgram(resources)
  return {
    kind: 'compared',
    version: manifest.version,
    signedBy,
    differences: compareProgram(manifest, found),
    unreadable: unreadableFiles(found),
  }
}
