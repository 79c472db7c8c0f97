/** What is wrong with a logo's file and what to do about it. Pure. Never quotes the file. */

export type LogoFault = { what: string; remedy: string }

/** From a tall one to a long one, as width by height: beyond, nothing of it could be seen in a header. */
const SHAPE_LIMIT = { least: 1 / 4, most: 12 } as const

/** @returns null for a shape that fits into a header */
export function checkShape(width: number, height: number): LogoFault | null {
  const shape = width / height
  if (shape >= SHAPE_LIMIT.least && shape <= SHAPE_LIMIT.most) return null
  const what = `is ${width} by ${height}, which fits into no header`
  return {
    what,
    remedy: `Use a logo that is at most ${SHAPE_LIMIT.most} times as wide as high, and 4 times as high as wide.`,
  }
}
