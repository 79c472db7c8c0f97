/** In which order rows stand while somebody aims at one. Pure: a row never moves away from under a pointer. */

/** Those that stood already keep their places; what has come since stands after them. */
export function keepPlaces(held: readonly string[], wanted: readonly string[]): readonly string[] {
  const known = new Set(held)
  return [...held, ...wanted.filter((deviceId) => !known.has(deviceId))]
}

/** How many rows would stand elsewhere, or not at all. */
export function countMisplaced(shown: readonly string[], wanted: readonly string[]): number {
  const places = new Map(wanted.map((deviceId, place) => [deviceId, place]))
  let misplaced = 0
  let last = -1
  for (const deviceId of shown) {
    const place = places.get(deviceId) ?? -1
    if (place < last) misplaced += 1
    else last = place
  }
  return misplaced
}
