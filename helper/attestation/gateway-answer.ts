/** Tells the gateway's own answers from the provider's, and names each. Pure. Never looks into an answer of the provider's. */
import {
  type Attestation,
  attestationSchema,
  GATEWAY_HEADER,
  GATEWAY_REFUSALS,
  UNKNOWN_DEVICE_REASONS,
} from '../../contract/attestation.ts'
import { KioskError, type TroubleCode } from '../../contract/kiosk-error.ts'
import { readProviderFailure, retryAfterMs, systemCode } from '../oauth/provider-error.ts'
import type { DeviceIdentity } from './device-identity.ts'
import { GatewayWord } from './gateway-word.ts'

/** By the word in `kiosk-gateway`; the provider's own faults keep their names behind a gateway. */
const TROUBLE_OF_WORD: ReadonlyMap<string, TroubleCode> = new Map<string, TroubleCode>([
  ...UNKNOWN_DEVICE_REASONS.map((reason): [string, TroubleCode] => [reason, 'device-not-admitted']),
  ...Object.keys(GATEWAY_REFUSALS).map((reason): [string, TroubleCode] => [reason, 'gateway-refused']),
  ['device-suspended', 'device-suspended'],
  // This device has shown one: somebody in between inspects TLS, and keeps it to themselves.
  ['certificate-missing', 'gateway-untrusted'],
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

/**
 * A gateway that finds a certificate too old or too young, which is neither by this kiosk's clock, says that one of the two
 * clocks is wrong, or a certificate above it; nobody has turned this device away.
 */
export function judgeWord(
  word: KioskError,
  { validFromEpochMs, validUntilEpochMs }: Pick<DeviceIdentity, 'validFromEpochMs' | 'validUntilEpochMs'>,
  nowEpochMs: number,
): KioskError {
  const { cause } = word
  const reason = cause instanceof GatewayWord ? cause.reason : ''
  const isContradicted =
    (reason === 'certificate-expired' && nowEpochMs < validUntilEpochMs) ||
    (reason === 'certificate-not-yet-valid' && nowEpochMs >= validFromEpochMs)
  if (!isContradicted) return word
  return new KioskError('gateway-unavailable', `${word.message}, which is not so by this kiosk’s clock`, { cause })
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

/** Of TLS (RFC 8446 §6): whoever answers will not have this kiosk, and says nothing of itself. */
const OF_ALERT = /^ERR_SSL_\w*ALERT_/

/** A failure on the way to the gateway, of which the layers below speak as of the provider. */
export function asGatewayFailure(error: unknown): unknown {
  const isCalledOff = error instanceof DOMException && error.name === 'AbortError'
  if (isCalledOff || error instanceof KioskError) return error
  const { kind, trouble } = readProviderFailure(error)
  // The layers' own messages send people to the provider.
  const why = systemCode(error) || trouble.code
  if (OF_NETWORK.has(trouble.code)) {
    return new KioskError('gateway-unreachable', `no connection to the gateway (${why})`, { cause: error })
  }
  if (OF_ALERT.test(why)) {
    return new KioskError('gateway-unavailable', `the gateway broke off the TLS handshake (${why})`, { cause: error })
  }
  if (trouble.code === 'provider-untrusted') {
    return new KioskError('gateway-untrusted', `the gateway’s certificate is not trusted (${why})`, { cause: error })
  }
  // A clock that is wrong is this kiosk's own trouble, and is read as such from the error itself.
  if (kind !== 'transient' || trouble.code === 'clock-wrong') return error
  return new KioskError('gateway-unavailable', `the gateway’s answer is of no use (${why})`, { cause: error })
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
