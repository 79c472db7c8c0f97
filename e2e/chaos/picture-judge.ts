/** Judges a picture of the glass by its pixels: is it a white one, is anything on it at all? Pure. */
import { PNG } from 'pngjs'

/** A picture that differs from one colour by no more than a display's own noise shows nothing. */
const SAME_COLOUR = 6
/** Brighter than this on average, an empty screen is a white one to whoever stands before it. */
const WHITE_FROM = 200

export type PictureVerdict = 'white' | 'empty' | 'drawn'

/** @param png RGBA of any size; a tenth of the glass is enough */
export function judgePicture(png: Buffer): PictureVerdict {
  const { data } = PNG.sync.read(png)
  const least = [255, 255, 255]
  const most = [0, 0, 0]
  let sum = 0
  for (let at = 0; at < data.length; at += 4) {
    for (let channel = 0; channel < 3; channel += 1) {
      const value = data[at + channel] ?? 0
      sum += value
      least[channel] = Math.min(least[channel] ?? 0, value)
      most[channel] = Math.max(most[channel] ?? 0, value)
    }
  }
  const isDrawn = most.some((value, channel) => value - (least[channel] ?? 0) > SAME_COLOUR)
  if (isDrawn) return 'drawn'
  return sum / ((data.length / 4) * 3) > WHITE_FROM ? 'white' : 'empty'
}
