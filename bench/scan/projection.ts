/** Where the corners of a rectangle on a screen fall in the picture of a pinhole camera that aims at a point on it. Pure. */

export type Point = { x: number; y: number }

export type View = {
  /** Camera pixels to one of the screen's, seen straight. */
  scale: number
  /** Degrees. */
  yaw: number
  pitch: number
  roll: number
}

/** Focal length of a phone's main camera in pixels of its preview (1,920 wide, 65° across). */
const FOCAL_PX = 1_500

const radians = (degrees: number) => (degrees * Math.PI) / 180

/**
 * @param aim on the screen, in its pixels; it falls on the middle of the picture
 * @returns every corner: in the screen's pixels, and in camera pixels from the middle of the picture
 */
export function projectRectangle(
  { width, height }: { width: number; height: number },
  aim: Point,
  { scale, yaw, pitch, roll }: View,
): { from: Point; to: Point }[] {
  const [sinYaw, cosYaw] = [Math.sin(radians(yaw)), Math.cos(radians(yaw))]
  const [sinPitch, cosPitch] = [Math.sin(radians(pitch)), Math.cos(radians(pitch))]
  const [sinRoll, cosRoll] = [Math.sin(radians(roll)), Math.cos(radians(roll))]
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ]
  return corners.map((from) => {
    const flat = { x: (from.x - aim.x) * scale, y: (from.y - aim.y) * scale }
    const turned = { x: flat.x * cosYaw, y: flat.y, z: flat.x * sinYaw }
    const tilted = {
      x: turned.x,
      y: turned.y * cosPitch - turned.z * sinPitch,
      z: turned.y * sinPitch + turned.z * cosPitch,
    }
    // Lengths are in camera pixels at the aim's distance, which is one focal length away then.
    const nearness = FOCAL_PX / (FOCAL_PX + tilted.z)
    const seen = { x: tilted.x * nearness, y: tilted.y * nearness }
    return { from, to: { x: seen.x * cosRoll - seen.y * sinRoll, y: seen.x * sinRoll + seen.y * cosRoll } }
  })
}
