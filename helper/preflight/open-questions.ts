/** What no request of an unknown device can find out, as questions to an administrator with the provider's steps. Holds no decision. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'

type Provider = KioskConfig['identity']['provider']

export type OpenQuestion = { question: string; steps: readonly string[] }

const SAME_NETWORK: OpenQuestion = {
  question: 'Does the kiosk’s network reach the provider as this machine does?',
  steps: ['On the kiosk: run "kioskctl doctor". Firewall, proxy and TLS inspection are those of its own network.'],
}

const WHO_MAY: OpenQuestion = {
  question: 'Who may sign in, and is the claim that says so in the ID token?',
  steps: [
    'Sign in once at a kiosk as somebody who should be let in, and once as somebody who should not.',
    'Where access.requiredClaims is set, have the provider put these claims into ID tokens of this client.',
  ],
}

const QUESTIONS: Readonly<Record<Provider, readonly OpenQuestion[]>> = {
  // https://learn.microsoft.com/entra/identity/conditional-access/policy-block-authentication-flows
  entra: [
    {
      // A code is given out without it: only the token endpoint refuses, with AADSTS7000218.
      question: 'Is the app a public client?',
      steps: [
        'App registrations › the app › Authentication › Settings: "Allow public client flows" is Yes.',
        'Without it codes are shown, people approve them on the phone, and every sign-in ends in AADSTS7000218.',
      ],
    },
    {
      question: 'Does a Conditional Access policy block the device code flow?',
      steps: [
        'Entra admin center › Protection › Conditional Access › Policies: look for "Block device code flow", also the one that Microsoft manages.',
        'Exempt these kiosks’ group there, not everybody, and block the flow for that group again for all else: docs/entra.md, step 4.',
        'The kiosks’ app is a public client and cannot be chosen under "Target resources": choose the API whose scope the kiosks ask for.',
        'With the scopes openid, profile and offline_access alone no resource can be exempted: use group and named location.',
        'A policy that requires a compliant device can never be met by this flow; MFA can.',
        'After a first try: Sign-in logs, column "Original transfer method" = "Device code flow", tab "Conditional Access".',
      ],
    },
    {
      question: 'Are the people, or their groups, assigned to the app?',
      steps: [
        'Enterprise applications › the app › Properties › "Assignment required?". If Yes: Users and groups › add the group.',
      ],
    },
    {
      question: 'Has an administrator consented to the scopes?',
      steps: ['App registrations › the app › API permissions › Grant admin consent.'],
    },
  ],
  okta: [
    {
      question: 'Does the authorization server’s access policy allow the grant for this client?',
      steps: [
        'Security › API › the authorization server › Access Policies: a policy for this client, with a rule whose grants include "Device Authorization".',
      ],
    },
    {
      question: 'Are the people, or their groups, assigned to the app?',
      steps: ['Applications › the app › Assignments: assign the group.'],
    },
    {
      question: 'Is a refresh token issued, and rotated?',
      steps: [
        'Applications › the app › General: grant "Refresh Token" on, rotation on, grace period 30 to 60 seconds.',
        'The access policy’s rule must also allow the scope offline_access.',
      ],
    },
  ],
  descope: [
    {
      question: 'May the people of this project sign in by device, and does the flow ask for a second factor?',
      steps: [
        'Descope console › Authentication Methods › the device flow: look at its conditions and its hosted page.',
      ],
    },
    {
      question: 'How long does a refresh token live?',
      steps: ['Descope console › Project › Session Management: compare with session.shiftHours.'],
    },
  ],
  pymthouse: [
    {
      question: 'Is the app allowed for the people who will sign in, and does its device grant issue refresh tokens?',
      steps: ['PymtHouse dashboard › the app: grants "device_code" and "refresh_token", and its users.'],
    },
  ],
  oidc: [
    {
      question: 'Does a policy of the provider keep device code sign-ins out by network, device or group?',
      steps: ['Look for rules on the grant urn:ietf:params:oauth:grant-type:device_code, and exempt these kiosks.'],
    },
    {
      question: 'Are the people, or their groups, assigned to the client?',
      steps: ['Look at the client’s users or groups at the provider.'],
    },
    {
      question: 'Is a refresh token issued to this public client, and rotated?',
      steps: ['Allow the refresh_token grant and rotation for the client (RFC 9700 §2.2.2).'],
    },
  ],
}

/** @returns the provider's own first, then those of every provider */
export function openQuestions(provider: Provider): readonly OpenQuestion[] {
  return [...QUESTIONS[provider], WHO_MAY, SAME_NETWORK]
}
