import { describe, expect, it } from 'vitest'
import { projectRectangle } from './projection.ts'

const SCREEN = { width: 1920, height: 1080 }
const AIM = { x: 960, y: 540 }
const STRAIGHT = { scale: 0.5, yaw: 0, pitch: 0, roll: 0 }

function cornersFrom(view: Partial<typeof STRAIGHT>) {
  return projectRectangle(SCREEN, AIM, { ...STRAIGHT, ...view }).map(({ to }) => to)
}
const heights = ([topLeft, topRight, bottomRight, bottomLeft]: ReturnType<typeof cornersFrom>) => [
  (bottomLeft?.y ?? 0) - (topLeft?.y ?? 0),
  (bottomRight?.y ?? 0) - (topRight?.y ?? 0),
]

describe('projectRectangle', () => {
  it('keeps a screen that is seen straight as it is, only smaller', () => {
    expect(cornersFrom({})).toEqual([
      { x: -480, y: -270 },
      { x: 480, y: -270 },
      { x: 480, y: 270 },
      { x: -480, y: 270 },
    ])
  })

  it('shows the farther side smaller when seen from the side', () => {
    const [left = 0, right = 0] = heights(cornersFrom({ yaw: 40 }))
    expect(left).toBeGreaterThan(540)
    expect(right).toBeLessThan(540)
  })

  it('turns around the aim', () => {
    const [topLeft] = cornersFrom({ roll: 90 })
    expect(topLeft?.x).toBeCloseTo(270)
    expect(topLeft?.y).toBeCloseTo(-480)
  })
})
