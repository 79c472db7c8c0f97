/** When people approve, as a share of the client's polling period: every part of it alike. Pure. */
import { seededRandom } from '../../demo/seeded-random.ts'

/** The same for every client and every run. */
const SEED = 8628

/** One phase from the middle of each of `count` equal parts of [0, 1), in an order that repeats in every run. */
export function stratifiedPhases(count: number): number[] {
  const random = seededRandom(SEED)
  const phases = Array.from({ length: count }, (_, index) => (index + 0.5) / count)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const [a, b] = [phases[last], phases[other]]
    if (a !== undefined && b !== undefined) [phases[last], phases[other]] = [b, a]
  }
  return phases
}
