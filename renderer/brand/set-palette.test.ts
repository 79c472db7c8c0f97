import { describe, expect, it } from 'vitest'
import { setPalette } from './set-palette.ts'

function styleOf() {
  const properties = new Map<string, string>()
  const style = {
    setProperty: (name: string, value: string | null) => void properties.set(name, value ?? ''),
    removeProperty: (name: string) => {
      properties.delete(name)
      return ''
    },
  }
  return { style, properties }
}

describe('setPalette', () => {
  it('sets the colours that there are, and takes back the others', () => {
    const { style, properties } = styleOf()
    setPalette(style, { dark: { accent: '#ffcc00', onAccent: '#000000' }, light: { ground: '#ffffff' } })
    setPalette(style, { dark: { onAccent: '#ffffff' }, light: {} })
    expect([...properties]).toEqual([['--brand-dark-on-accent', '#ffffff']])
    setPalette(style, null)
    expect(properties.size).toBe(0)
  })
})
