/** Tells the gateway's own answers from the provider's, and names each. Pure. Never looks into an answer of the provider's. */
import {
  type Attestation,
  attestationSchema,
  GATEWAY_HEADER,
  GATEWAY_REFUSALS,
  UNKNOWN_DEVICE_REASONS,
} from '../../contract/attestation.ts'
import { KioskError, type TroubleCode } from '../../contract/kiosk-error.ts'
import { readProviderFailure, retryAfterMs } from '../oauth/provider-error.ts'
import { GatewayWord } from './gateway-word.ts'

/** By the word in `kiosk-gateway`; the provider's own faults keep their names behind a gateway. */
const TROUBLE_OF_WORD: ReadonlyMap<string, TroubleCode> = new Map<string, TroubleCode>([
  ...UNKNOWN_DEVICE_REASONS.map((reason): [string, TroubleCode] => [reason, 'device-not-admitted']),
  ...Object.keys(GATEWAY_REFUSALS).map((reason): [string, TroubleCode] => [reason, 'gateway-refused']),
  ['device-suspended', 'device-suspended'],
  // It lets nobody in, so that it says nothing of this device.
  ['revocation-list-stale', 'gateway-unavailable'],
  ['rate-limited', 'gateway-rate-limited'],
  ['provider-unreachable', 'provider-unreachable'],
  ['provider-timeout', 'provider-timeout'],
])

/** As it may stand in a log and on the screen. */
const WORD = /^[\w.-]{1,64}$/

/** Of an answer of the gateway's own; null for one of the provider's. */
export function readGatewayWord({ headers, status }: Pick<Response, 'headers' | 'status'>): KioskError | null {
  const word = headers.get(GATEWAY_HEADER)
  // `/attest` says so of an active device.
  if (word === null || status === 200) return null
  const code = TROUBLE_OF_WORD.get(word) ?? 'gateway-unavailable'
  const cause = new GatewayWord(WORD.test(word) ? word : 'unreadable', retryAfterMs(headers, Date.now()))
  return new KioskError(code, `${cause.message} (${status})`, { cause })
}

/** Whether the gateway has turned this device away, which only the gateway can take back. */
export function isDeviceRefused({ code }: KioskError): boolean {
  return code === 'device-suspended' || code === 'device-not-admitted'
}

const OF_NETWORK: ReadonlySet<string> = new Set([
  'name-not-resolved',
  'connection-refused',
  'provider-unreachable',
  'provider-timeout',
])

/** A failure on the way to the gateway, of which the layers below speak as of the provider. */
export function asGatewayFailure(error: unknown): unknown {
  const isCalledOff = error instanceof DOMException && error.name === 'AbortError'
  if (isCalledOff || error instanceof KioskError) return error
  const { trouble } = readProviderFailure(error)
  if (OF_NETWORK.has(trouble.code)) {
    return new KioskError('gateway-unreachable', `no connection to the gateway: ${trouble.message}`, { cause: error })
  }
  if (trouble.code === 'provider-untrusted') {
    return new KioskError('gateway-untrusted', `the gateway’s certificate is not trusted: ${trouble.message}`, {
      cause: error,
    })
  }
  return error
}

function unavailable(what: string): KioskError {
  return new KioskError('gateway-unavailable', `something answered in the gateway’s place, or wrongly: ${what}`)
}

/**
 * The answer at `/attest`.
 *
 * @throws KioskError for everything but "this device is active"
 */
export async function readAttestation(response: Response, deviceId: string): Promise<void> {
  const word = readGatewayWord(response)
  if (word) throw word
  if (response.status !== 200) throw unavailable(`status ${response.status}`)
  const parsed = attestationSchema.safeParse(await response.json().catch(() => null))
  if (!parsed.success) throw unavailable('no attestation')
  const answer: Attestation = parsed.data
  if (answer.state !== 'active') throw unavailable(`"${answer.state}" with status 200`)
  if (answer.deviceId !== deviceId) throw unavailable(`it takes this device for ${answer.deviceId}`)
}
