import { describe, expect, it } from 'vitest'
import { licencePlace, supervisorPackages } from './supervisor-tree.mjs'

const packageOf = (name) => supervisorPackages().find((each) => each.name === name)

describe('the licences of what PM2 depends on', () => {
  it.each([
    ['is a file', 'pm2', null],
    ['is a part of the README', 'degenerator', 'its text is in node_modules/degenerator/README.md'],
    ['is published by nobody', 'amp', 'its author publishes no text of it'],
  ])('are told where the text %s', (_what, name, place) => {
    expect(licencePlace(packageOf(name))).toBe(place)
  })

  it('are each found, or known to be missing', () => {
    expect(() => supervisorPackages().map(licencePlace)).not.toThrow()
  })

  it('hold up the packaging where one is missing that nobody has looked at', () => {
    expect(() => licencePlace({ path: packageOf('amp').path, name: 'new' })).toThrow(
      'new, which PM2 depends on, brings no text',
    )
  })
})
