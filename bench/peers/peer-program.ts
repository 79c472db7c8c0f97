/** What every peer program reads and tells, a JSON object a line. Loads nothing, so that a peer's memory is its own. */
import { createHash } from 'node:crypto'

export type PeerArguments = { issuer: string; clientId: string; scope: string; signIns: number }

/** Arguments of a peer: issuer, client id, scopes, and how many sign-ins to do one after the other. */
export function readPeerArguments(): PeerArguments {
  const [issuer, clientId, scope, signIns] = process.argv.slice(2)
  if (!issuer || !clientId || !scope || !signIns) throw new TypeError('usage: peer ISSUER CLIENT_ID SCOPES COUNT')
  return { issuer, clientId, scope, signIns: Number(signIns) }
}

function tell(line: Record<string, string>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

export function tellCode(userCode: string): void {
  tell({ kind: 'code', userCode })
}

/** Tells of a token by its hash: enough to know it again, too little to use it. */
export function tellToken(accessToken: string): void {
  tell({ kind: 'token', accessTokenSha256: createHash('sha256').update(accessToken).digest('hex') })
}

/** Does the sign-ins; the first failure is the last thing a peer tells. */
export async function runPeer(signIns: number, signIn: () => Promise<void>): Promise<void> {
  try {
    for (let done = 0; done < signIns; done++) await signIn()
  } catch (error) {
    tell({ kind: 'failed', error: String(error) })
    process.exitCode = 1
  }
}
