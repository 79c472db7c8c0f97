/** Whether a finger means a mark that is smaller than a fingertip. Pure. */

export type Point = { readonly clientX: number; readonly clientY: number }
export type Area = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }

/** Of its height, on each side: the mark is half as large as what a finger hits for sure. */
const MARGIN = 0.5

export function isNear({ left, right, top, bottom }: Area, { clientX, clientY }: Point): boolean {
  const margin = MARGIN * (bottom - top)
  return clientX >= left - margin && clientX <= right + margin && clientY >= top - margin && clientY <= bottom + margin
}
