/** How large a QR code is drawn. Never a module that is not a whole number of device pixels: cameras need sharp edges. */

/** RFC 8628 leaves it open; half a metre away, a smaller code is slow to read. */
const SMALLEST_SHARE_OF_SHORT_SIDE = 0.38

/** On a small screen one device pixel more for each module is a tenth of the code: the layout gives way by so much for it. */
const MOST_GROWTH_OF_BOX = 0.03

export type QrSpace = {
  /** Modules along one side, quiet zone included. */
  moduleCount: number
  /** Modules of quiet zone on each side. */
  quietModuleCount: number
  /** CSS pixels there are for it. */
  boxPx: number
  /** CSS pixels along the short side of the screen. */
  shortSidePx: number
  devicePixelRatio: number
}

/**
 * The largest sharp size that fits the box, or is 3 % larger; still larger only where the code without its quiet zone
 * would fall below 38 % of the screen's short side.
 *
 * @returns device pixels of one module, and CSS pixels along one side with the quiet zone
 */
export function qrSize(space: QrSpace): { moduleDevicePx: number; sizePx: number } {
  const { moduleCount, quietModuleCount, boxPx, shortSidePx, devicePixelRatio } = space
  const fitting = Math.floor((boxPx * (1 + MOST_GROWTH_OF_BOX) * devicePixelRatio) / moduleCount)
  const smallestCodePx = shortSidePx * SMALLEST_SHARE_OF_SHORT_SIDE * devicePixelRatio
  const readable = Math.ceil(smallestCodePx / (moduleCount - 2 * quietModuleCount))
  const moduleDevicePx = Math.max(1, fitting, readable)
  return { moduleDevicePx, sizePx: (moduleDevicePx * moduleCount) / devicePixelRatio }
}

/** How far an edge has to move, in CSS pixels, to lie between two device pixels: elsewhere its modules would be uneven. */
export function shiftToDevicePixel(edgePx: number, devicePixelRatio: number): number {
  return Math.round(edgePx * devicePixelRatio) / devicePixelRatio - edgePx
}

/** Layout counts in 64ths of a CSS pixel, which nobody sees: following those would never end. */
const SEEN_DEVICE_PX = 0.05

export function isOnDevicePixel(edgePx: number, devicePixelRatio: number): boolean {
  return Math.abs(shiftToDevicePixel(edgePx, devicePixelRatio)) * devicePixelRatio < SEEN_DEVICE_PX
}
