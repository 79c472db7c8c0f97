/** What a kiosk would work with, and hardly anybody wants. Pure. Never a reason not to start. */
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { findSiteFaults } from '../config/device-identity.ts'
import { findIssuerDoubts } from './issuer-habits.ts'

type Rule = (config: KioskConfig) => ConfigFault[]

/** Their holder can have them changed, and another person can get them. */
const NOT_FOR_ACCESS = ['email', 'preferred_username', 'upn', 'name', 'unique_name']

const OPENID_SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

const developmentRule: Rule = ({ development }) => {
  const what = 'lets tokens lie in unsafe memory and pass over http on this machine'
  return development
    ? [{ path: 'development', what, remedy: 'Leave it out of every bundle but a developer’s own.' }]
    : []
}

const everybodyRule: Rule = ({ access }) => {
  if (Object.keys(access.requiredClaims).length > 0) return []
  const what = 'lets everybody of the tenant sign in'
  const remedy = 'Name a group or role, such as { "groups": ["reception"] }, unless the provider assigns people itself.'
  return [{ path: 'access.requiredClaims', what, remedy }]
}

const claimRule: Rule = ({ access }) =>
  Object.keys(access.requiredClaims)
    .filter((name) => NOT_FOR_ACCESS.includes(name))
    .map((name) => ({
      path: `access.requiredClaims.${name}`,
      what: 'is a claim that changes hands',
      remedy: 'Use a group, a role or an id that is never given to anybody else.',
    }))

/** Of a distinguished name, a comma is a part. */
const isSeveralInOne = (value: unknown) => typeof value === 'string' && value.includes(',') && !value.includes('=')

const listRule: Rule = ({ access }) =>
  Object.entries(access.requiredClaims)
    .filter(([, values]) => [values].flat().some(isSeveralInOne))
    .map(([name]) => ({
      path: `access.requiredClaims.${name}`,
      what: 'names one value with a comma in it',
      remedy: 'Write several values as a list, or give --require-claim once for each.',
    }))

const scopeRule: Rule = ({ identity, access }) => {
  const faults: ConfigFault[] = []
  if (!identity.scopes.includes('offline_access')) {
    const what = 'does not ask for "offline_access": a session ends with its first access token, often after an hour'
    faults.push({ path: 'identity.scopes', what, remedy: 'Add "offline_access".' })
  }
  const unasked = access.requiredScopes.filter((scope) => !identity.scopes.includes(scope))
  if (unasked.some((scope) => !OPENID_SCOPES.includes(scope))) {
    const what = 'names what identity.scopes does not ask for: most providers grant no more than they are asked'
    faults.push({ path: 'access.requiredScopes', what, remedy: 'List these scopes in identity.scopes too.' })
  }
  return faults
}

/** Without the name of the right itself: `api://visits/read` is of `api://visits`. */
function resourceOf(scope: string): string {
  const end = scope.lastIndexOf('/')
  // Microsoft Graph's may be written bare.
  return end < 0 ? 'https://graph.microsoft.com' : scope.slice(0, end)
}

const entraRule: Rule = ({ identity, session }) => {
  if (identity.provider !== 'entra') return []
  const faults: ConfigFault[] = []
  const resources = identity.scopes.filter((scope) => !OPENID_SCOPES.includes(scope)).map(resourceOf)
  if (new Set(resources).size > 1) {
    const what = 'names scopes of several APIs, and Entra ID grants those of one in a sign-in'
    faults.push({ path: 'identity.scopes', what, remedy: 'Keep the scopes of one API.' })
  }
  if (session.start === 'always') {
    const what = 'asks for codes that nobody waits for, which Entra ID counts and may limit'
    faults.push({ path: 'session.start', what, remedy: 'Set "touch".' })
  }
  return faults
}

const openSessionRule: Rule = ({ session }) => {
  const faults: ConfigFault[] = []
  if (session.idleMinutes === null) {
    const what = 'leaves a session open for whoever comes next, up to the end of the shift'
    faults.push({ path: 'session.idleMinutes', what, remedy: 'Set minutes, such as 15.' })
  }
  if (!session.endOnScreenCrash) {
    const what = 'leaves a session open for whoever stands before the screen that comes after a crash'
    faults.push({ path: 'session.endOnScreenCrash', what, remedy: 'Leave it out.' })
  }
  return faults
}

const RULES: readonly Rule[] = [
  developmentRule,
  findSiteFaults,
  everybodyRule,
  claimRule,
  listRule,
  scopeRule,
  findIssuerDoubts,
  entraRule,
  openSessionRule,
]

export function findUnwiseSettings(config: KioskConfig): ConfigFault[] {
  return RULES.flatMap((rule) => rule(config))
}
