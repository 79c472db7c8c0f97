/** What an operator does about Entra ID's error numbers. They change: they choose hints here, and never what the kiosk does. */

export type EntraHint = {
  /** The digits after `AADSTS`. */
  readonly numbers: readonly number[]
  readonly remedy: string
}

/** https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
export const ENTRA_HINTS: readonly EntraHint[] = [
  {
    numbers: [7000218],
    remedy: 'In the app registration, open Authentication and set “Allow public client flows” to Yes.',
  },
  {
    numbers: [700025],
    remedy: 'The app is a public client: remove whatever adds a client secret to its requests, such as a gateway.',
  },
  {
    numbers: [700016],
    remedy:
      'This tenant does not know the client id: check identity.clientId and identity.tenantId, and that an admin ' +
      'consented to the app there.',
  },
  {
    numbers: [90002, 50059],
    remedy:
      'The tenant is missing or does not exist: correct the tenant id in identity.issuer, or the cloud’s host name.',
  },
  {
    numbers: [9001023, 50194],
    remedy:
      'Use the tenant’s own authority: put the tenant id into identity.issuer in place of “common” or “organizations”.',
  },
  {
    numbers: [65001, 90094],
    remedy: 'Grant admin consent for the scopes of identity.scopes: app registration, API permissions.',
  },
  {
    numbers: [50105],
    remedy: 'Assign the person, or a group they are in, to the app: enterprise applications, Users and groups.',
  },
  {
    numbers: [53003, 530003, 530035, 50131],
    remedy:
      'Conditional Access or security defaults block the sign-in; the sign-in log’s Conditional Access tab names the ' +
      'policy. Where it blocks authentication flows, exempt these kiosks by group and named location. One that wants a ' +
      'compliant device can never be met with a device code; MFA can.',
  },
  { numbers: [50199], remedy: 'Nothing: the person is asked on the phone to confirm the app, and goes on there.' },
  {
    numbers: [70043, 50078],
    remedy: 'The sign-in frequency or the MFA has run out: the person signs in again. Nothing else is needed.',
  },
  {
    numbers: [700082, 70008, 50173],
    remedy: 'The refresh token has lapsed or was revoked, such as by a new password: the person signs in again.',
  },
  { numbers: [50057], remedy: 'The person’s account is disabled: enable it in Entra ID, if it should be in use.' },
  { numbers: [70016], remedy: 'Nothing: the person has not finished on the phone yet.' },
  { numbers: [70018], remedy: 'A wrong code was typed: the person types the one on the screen now.' },
  { numbers: [70019], remedy: 'The code had run out: the person uses the new one on the screen.' },
  {
    numbers: [90120],
    remedy: 'This code was approved or declined already: the person uses the new one on the screen.',
  },
  {
    numbers: [50134],
    remedy:
      'The request reached the wrong data centre: use the tenant’s own authority and the right cloud in ' +
      'identity.issuer.',
  },
  {
    numbers: [50196, 90055],
    remedy:
      'Entra ID sees too many requests: wait. If it comes often, set session.start to "touch" and look for other ' +
      'software that uses this client id.',
  },
]

/** @param providerError such as `AADSTS7000218`; another provider's error, or null, has no hint */
export function readEntraHint(providerError: string | null): string | null {
  const digits = /^AADSTS(\d+)$/.exec(providerError ?? '')?.[1]
  if (digits === undefined) return null
  return ENTRA_HINTS.find(({ numbers }) => numbers.includes(Number(digits)))?.remedy ?? null
}
