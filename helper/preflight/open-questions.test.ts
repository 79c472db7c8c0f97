import { expect, it } from 'vitest'
import { openQuestions } from './open-questions.ts'

it('asks about Conditional Access and assignment where the provider is Entra ID', () => {
  const text = JSON.stringify(openQuestions('entra'))
  expect(text).toContain('Block device code flow')
  expect(text).toContain('Assignment required?')
})

it('asks about the switch that Entra ID gives out codes without', () => {
  expect(openQuestions('entra')[0]?.steps[0]).toContain('"Allow public client flows" is Yes')
})

it('never has an administrator look for the kiosks’ app among the resources of Conditional Access', () => {
  const text = JSON.stringify(openQuestions('entra'))
  expect(text).toContain('cannot be chosen under \\"Target resources\\"')
  expect(text).toContain('choose the API')
})

it.each(['entra', 'okta', 'descope', 'pymthouse', 'oidc'] as const)('has steps for each question of %s', (provider) => {
  const questions = openQuestions(provider)
  expect(questions.length).toBeGreaterThanOrEqual(3)
  for (const { question, steps } of questions) {
    expect(question).toMatch(/\?$/)
    expect(steps.length).toBeGreaterThan(0)
  }
})
