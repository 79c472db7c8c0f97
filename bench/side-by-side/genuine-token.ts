/** Tells a token that the provider issued from one it never saw. */
import { createHash } from 'node:crypto'
import type { IdentityProvider } from '../../demo/identity-provider/identity-provider.ts'
import type { TokenProof } from './bench-client.ts'

/** Holds for codes that the first of the staff approved, as the bench always has it. */
export function isGenuine(proof: TokenProof, { journal, staff }: Pick<IdentityProvider, 'journal' | 'staff'>): boolean {
  if ('displayName' in proof) return proof.displayName === staff[0]?.name
  const hashes = journal.secrets().map((secret) => createHash('sha256').update(secret).digest('hex'))
  return hashes.includes(proof.accessTokenSha256)
}
