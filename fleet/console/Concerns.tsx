/** What of a kiosk wants attention, the gravest first. */
import { CONCERN_WORDS, type Concern } from '../follow/kiosk-facts.ts'

/** Somebody stands before a kiosk that does not work, or somebody meddles with it. */
const GRAVE: ReadonlySet<Concern> = new Set<Concern>([
  'false-receipt',
  'offline',
  'trouble',
  'unprovisioned',
  'certificate-over',
])

export function Concerns({ concerns }: { concerns: readonly Concern[] }) {
  return concerns.map((concern) => (
    <span key={concern} className={GRAVE.has(concern) ? 'concern grave' : 'concern'}>
      {CONCERN_WORDS[concern]}
    </span>
  ))
}
