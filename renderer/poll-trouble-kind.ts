/** What a failed poll is to the person at the screen, who needs to know only where it is stuck. Pure. */
import type { TroubleCode } from '../contract/kiosk-error.ts'

export type PollTroubleKind = 'network' | 'service' | 'kiosk'

/** Only faults of a poll that heal by waiting come here; the others are listed so that none is forgotten. */
export const POLL_TROUBLE_KINDS: Readonly<Record<TroubleCode, PollTroubleKind>> = {
  'name-not-resolved': 'network',
  'connection-refused': 'network',
  'provider-unreachable': 'network',
  'captive-portal': 'network',
  'proxy-unreachable': 'network',
  'proxy-refused': 'network',
  'clock-wrong': 'kiosk',
  'provider-timeout': 'service',
  'provider-untrusted': 'network',
  'provider-throttled': 'service',
  'provider-unavailable': 'service',
  'provider-answer-invalid': 'service',
  'provider-refused-client': 'service',
  'provider-error': 'service',
  'sign-in-blocked': 'service',
  'verification-link-untrusted': 'service',
  'too-many-codes': 'kiosk',
  'sign-in-declined': 'service',
  'token-invalid': 'service',
  'person-not-allowed': 'service',
  'kiosk-not-activated': 'kiosk',
  'scope-not-granted': 'service',
  'device-suspended': 'kiosk',
  'device-not-admitted': 'kiosk',
  'gateway-unreachable': 'network',
  'gateway-untrusted': 'network',
  'gateway-rate-limited': 'service',
  'gateway-unavailable': 'service',
  'gateway-refused': 'service',
  'vault-unavailable': 'kiosk',
  'helper-unreachable': 'kiosk',
  unexpected: 'kiosk',
}
