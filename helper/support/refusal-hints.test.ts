import { expect, it } from 'vitest'
import { explainRefusal } from './refusal-hints.ts'

it.each([
  ['entra', 'invalid_client', 'Allow public client flows'],
  ['okta', 'unauthorized_client', 'Device Authorization'],
  ['pymthouse', 'unsupported_grant_type', 'device_code'],
  ['okta', 'invalid_scope', 'access policy'],
  ['oidc', 'invalid_scope', 'identity.scopes'],
] as const)('says what to change at %s after %s', (provider, word, step) => {
  expect(explainRefusal(provider, word)).toContain(step)
})

it.each([null, 'server_error', 'toString'])('says nothing after %s', (word) => {
  expect(explainRefusal('oidc', word)).toBeNull()
})
