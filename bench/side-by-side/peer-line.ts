/** What a peer program says on its standard output, checked. Pure. */
import { z } from 'zod'

const peerLineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('code'), userCode: z.string().min(1) }),
  z.strictObject({ kind: z.literal('token'), accessTokenSha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.strictObject({ kind: z.literal('failed'), error: z.string() }),
])
export type PeerLine = z.infer<typeof peerLineSchema>

/** @returns null for a line that is not a peer's, such as a library's own words */
export function readPeerLine(line: string): PeerLine | null {
  try {
    const parsed = peerLineSchema.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
