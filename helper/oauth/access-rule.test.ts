import { describe, expect, it } from 'vitest'
import { checkClaims, readGrantedScopes } from './access-rule.ts'

const ANYBODY = { requiredClaims: {}, requiredScopes: [] }
const REQUESTED = ['openid', 'offline_access', 'visits.read']

describe('checkClaims', () => {
  it.each<[string, Record<string, unknown>, Record<string, string | string[]>]>([
    ['anybody where nothing is required', {}, {}],
    ['a single value', { department: 'reception' }, { department: 'reception' }],
    ['one of several admitted values', { department: 'north' }, { department: ['north', 'south'] }],
    ['one of several held values', { groups: ['a', 'b'] }, { groups: 'b' }],
    ['a flag', { staff: true }, { staff: 'true' }],
  ])('admits %s', (_what, claims, requiredClaims) => {
    expect(() => checkClaims(claims, { ...ANYBODY, requiredClaims })).not.toThrow()
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['a missing claim', {}, 'holds no claim "groups"'],
    ['an empty list', { groups: [] }, 'holds no claim "groups"'],
    ['other values', { groups: ['visitors'] }, 'holds no admitted value of the claim "groups"'],
    ['a name that only every object has', { __proto__: { groups: 'reception' } }, 'holds no claim "groups"'],
    ['a value that only looks alike', { groups: 'reception ' }, 'holds no admitted value'],
  ])('refuses %s, without saying whose', (_what, claims, why) => {
    const check = () => checkClaims(claims, { ...ANYBODY, requiredClaims: { groups: 'reception' } })
    expect(check).toThrow(expect.objectContaining({ code: 'person-not-allowed' }))
    expect(check).toThrow(why)
  })
})

describe('readGrantedScopes', () => {
  it.each<[string, string | undefined, string[]]>([
    ['named', 'openid visits.read', ['openid', 'visits.read']],
    ['absent, as requested', undefined, REQUESTED],
    ['empty, as requested (Descope)', '', REQUESTED],
    ['blank, as requested', '  ', REQUESTED],
  ])('reads scopes that are %s', (_what, answered, granted) => {
    expect(readGrantedScopes(answered, REQUESTED, ANYBODY)).toEqual(granted)
  })

  it('insists on what the kiosk cannot do without, and leaves OpenID’s own scopes out of it', () => {
    const access = { ...ANYBODY, requiredScopes: ['openid', 'visits.read', 'visits.write'] }
    expect(() => readGrantedScopes('visits.read', REQUESTED, access)).toThrow('does not grant visits.write')
    expect(readGrantedScopes('visits.read visits.write', REQUESTED, access)).toHaveLength(2)
  })

  it('refuses scopes that somebody consented to elsewhere', () => {
    const access = { ...ANYBODY, allowedScopes: ['visits.read'] }
    expect(() => readGrantedScopes('openid visits.read billing', REQUESTED, access)).toThrow('grants billing too')
    expect(readGrantedScopes('openid email visits.read', REQUESTED, access)).toContain('visits.read')
  })
})
