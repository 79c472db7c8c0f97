/**
 * The mutual hello that opens the shell link: both ends prove a per-boot key by HMAC challenge before any message.
 * Pure of sockets and of crypto, which are passed in. Never sends the key, never answers a peer that did not prove it.
 */
import { z } from 'zod'
import { type LinkRole, linkRoleSchema } from './commands.ts'
import { KioskError } from './kiosk-error.ts'
import { LINK_PROTOCOL_VERSION } from './link-protocol.ts'

/** Lines of text in both directions; `readLine` rejects when the peer is gone, too slow or too long-winded. */
export type LineChannel = {
  readLine(): Promise<string>
  writeLine(line: string): void
  /** The hello is over, for better or worse: nothing of it may be left in the socket or among the timers. */
  close(): void
}

/** The crypto of the side that runs it. `hmac` is HMAC-SHA-256 in hex, `equal` takes the same time for any input. */
export type LinkCrypto = {
  nonce(): string
  hmac(key: Uint8Array, text: string): string
  equal(left: string, right: string): boolean
}

const hex64 = z.string().regex(/^[0-9a-f]{64}$/)
const greetingSchema = z.strictObject({ version: z.int(), role: linkRoleSchema, nonce: hex64 })
const challengeSchema = z.strictObject({ nonce: hex64, proof: hex64 })
const answerSchema = z.strictObject({ proof: hex64 })
const welcomeSchema = z.strictObject({ welcome: z.literal(true) })
type Greeting = z.infer<typeof greetingSchema>

/** Both nonces, the role and the speaker are in the text, so that no proof can be replayed or reflected. */
function proofText(speaker: 'helper' | 'client', greeting: Greeting, helperNonce: string): string {
  return ['digital-receptionist-link', greeting.version, speaker, greeting.role, greeting.nonce, helperNonce].join('\n')
}

async function readMessage<T>(channel: LineChannel, schema: z.ZodType<T>): Promise<T> {
  const line = await channel.readLine()
  try {
    return schema.parse(JSON.parse(line))
  } catch (cause) {
    throw new KioskError('link-hello-refused', 'the peer on the shell link does not speak its hello', { cause })
  }
}

/**
 * The client's half: proves its key and makes the helper prove the same one.
 *
 * @throws KioskError `link-hello-refused` when the helper does not know the key: somebody else holds the socket.
 */
export async function greetHelper(
  channel: LineChannel,
  { role, key, crypto }: { role: LinkRole; key: Uint8Array; crypto: LinkCrypto },
): Promise<void> {
  try {
    const greeting: Greeting = { version: LINK_PROTOCOL_VERSION, role, nonce: crypto.nonce() }
    channel.writeLine(JSON.stringify(greeting))
    const challenge = await readMessage(channel, challengeSchema)
    if (!crypto.equal(challenge.proof, crypto.hmac(key, proofText('helper', greeting, challenge.nonce)))) {
      throw new KioskError('link-hello-refused', 'the process on the helper’s socket does not hold the link key')
    }
    const proof = crypto.hmac(key, proofText('client', greeting, challenge.nonce))
    channel.writeLine(JSON.stringify({ proof }))
    await readMessage(channel, welcomeSchema)
  } finally {
    channel.close()
  }
}

/**
 * The helper's half: answers the challenge, then lets the client prove the key of the role it claims.
 *
 * @returns the proven role
 * @throws KioskError `link-hello-refused` for another version, an unknown role or a wrong proof
 */
export async function welcomeClient(
  channel: LineChannel,
  { keys, crypto }: { keys: Readonly<Record<LinkRole, Uint8Array>>; crypto: LinkCrypto },
): Promise<LinkRole> {
  try {
    const greeting = await readMessage(channel, greetingSchema)
    if (greeting.version !== LINK_PROTOCOL_VERSION) {
      throw new KioskError(
        'link-hello-refused',
        `the peer speaks link version ${greeting.version}, this helper ${LINK_PROTOCOL_VERSION}: install matching versions`,
      )
    }
    const key = keys[greeting.role]
    const nonce = crypto.nonce()
    channel.writeLine(JSON.stringify({ nonce, proof: crypto.hmac(key, proofText('helper', greeting, nonce)) }))
    const answer = await readMessage(channel, answerSchema)
    if (!crypto.equal(answer.proof, crypto.hmac(key, proofText('client', greeting, nonce)))) {
      throw new KioskError('link-hello-refused', `a peer claimed to be the ${greeting.role} without holding its key`)
    }
    channel.writeLine(JSON.stringify({ welcome: true }))
    return greeting.role
  } finally {
    channel.close()
  }
}
