/** The fleet on a plausible morning: what each kiosk does before the outage. Pure. */

/** Kiosks that show a code and poll for it; the others have somebody signed in. */
const SHARE_SHOWING_A_CODE = 0.4
/** What Entra ID, Okta and RFC 8628's example agree on, within a factor of two. */
export const CODE_LIFE_MS = 900_000
export const POLL_INTERVAL_SECONDS = 5
/** Entra ID's access tokens live 60 to 90 minutes, Okta's an hour. */
const ACCESS_TOKEN_LIFE_MS = 3_600_000
/** Of that life, as in token-refresh.ts. */
const REFRESH_AT = { from: 0.72, to: 0.78 }
/** The gateway is asked again whether this device is still active. */
export const ATTESTATION_RECHECK_MS = 900_000
/** One way to a server or back: a round trip of about 80 ms. */
const ONE_WAY_MS = { from: 30, to: 50 }

/** One kiosk when the simulation begins, at 0 ms. */
export type KioskStart =
  | { kind: 'showsCode'; codeExpiresAtMs: number; pollingSinceMs: number }
  | { kind: 'signedIn'; refreshAtMs: number; attestAtMs: number }

export function oneWayMs(random: () => number): number {
  return ONE_WAY_MS.from + (ONE_WAY_MS.to - ONE_WAY_MS.from) * random()
}

/** From an answer with new tokens to the next refresh. */
export function refreshDelayMs(random: () => number): number {
  return ACCESS_TOKEN_LIFE_MS * (REFRESH_AT.from + (REFRESH_AT.to - REFRESH_AT.from) * random())
}

/** Codes, tokens and attestations of any age, each as likely as another. */
function drawKiosk(random: () => number): KioskStart {
  if (random() < SHARE_SHOWING_A_CODE) {
    const codeExpiresAtMs = CODE_LIFE_MS * random()
    return { kind: 'showsCode', codeExpiresAtMs, pollingSinceMs: -POLL_INTERVAL_SECONDS * 1000 * random() }
  }
  return {
    kind: 'signedIn',
    refreshAtMs: refreshDelayMs(random) * random(),
    attestAtMs: ATTESTATION_RECHECK_MS * random(),
  }
}

export function drawFleet(kiosks: number, random: () => number): KioskStart[] {
  return Array.from({ length: kiosks }, () => drawKiosk(random))
}
