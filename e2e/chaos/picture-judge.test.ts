import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { judgePicture } from './picture-judge.ts'

type Colour = readonly [red: number, green: number, blue: number]

function picture(colourAt: (x: number) => Colour): Buffer {
  const png = new PNG({ width: 40, height: 10 })
  for (let pixel = 0; pixel < 400; pixel += 1) png.data.set([...colourAt(pixel % 40), 255], pixel * 4)
  return PNG.sync.write(png)
}

describe('judgePicture', () => {
  it.each([
    ['a white screen', () => [255, 255, 255], 'white'],
    ['a page of the light theme without anything on it', () => [241, 245, 250], 'white'],
    ['a dark window that no page has painted yet', () => [8, 21, 41], 'empty'],
    ['a black screen', () => [0, 0, 0], 'empty'],
    ['a light screen with a dark line on it', (x: number) => (x === 7 ? [11, 26, 46] : [241, 245, 250]), 'drawn'],
    ['a slope of colours', (x: number) => [8, 22 + x, 42 + x], 'drawn'],
  ] satisfies [string, (x: number) => Colour, string][])('takes %s for %3$s', (_what, colourAt, verdict) => {
    expect(judgePicture(picture(colourAt as (x: number) => Colour))).toBe(verdict)
  })
})
