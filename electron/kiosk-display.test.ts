import { describe, expect, it, vi } from 'vitest'
import { chooseDisplay } from './kiosk-display.ts'

vi.mock('electron', () => ({ screen: {} }))

const panel = { id: 1, internal: true, label: 'eDP-1' }
const television = { id: 2, internal: false, label: 'LG TV' }
const projector = { id: 3, internal: false, label: 'Projector' }

describe('the kiosk’s display', () => {
  it.each([
    ['primary', 'LG TV'],
    ['internal', 'eDP-1'],
    ['external', 'LG TV'],
    ['Projector', 'Projector'],
    ['one that was never there', 'LG TV'],
  ])('is, where the bundle says %s, %s', (wish, label) => {
    expect(chooseDisplay([panel, television, projector], television.id, wish)?.label).toBe(label)
  })

  it.each(['internal', 'LG TV', 'primary'])('is whatever there is when %s is gone', (wish) => {
    expect(chooseDisplay([projector], television.id, wish)).toBe(projector)
  })

  it('is none while there is none', () => {
    expect(chooseDisplay([], 1, 'primary')).toBeNull()
  })
})
