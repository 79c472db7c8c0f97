/** What a screenshot says about the glass: whether anybody would call it white. */
import { PNG } from 'pngjs'

/** A page that is not ours is white nearly everywhere; the card of a code is white on a fifth of the glass. */
const WHITE_SHARE = 0.6

/** How much of the picture is white or nearly so, from 0 to 1. */
function whiteShareOf(picture: Buffer): number {
  const { data, width, height } = PNG.sync.read(picture)
  let white = 0
  for (let at = 0; at < data.length; at += 4) {
    if (Math.min(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0) > 245) white += 1
  }
  return white / (width * height)
}

export function isWhite(picture: Buffer): boolean {
  return whiteShareOf(picture) > WHITE_SHARE
}

/** How bright the picture is on the whole, from 0 to 255. */
export function brightnessOf(picture: Buffer): number {
  const { data } = PNG.sync.read(picture)
  let sum = 0
  for (let at = 0; at < data.length; at += 4) {
    sum += ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 3
  }
  return sum / (data.length / 4)
}
