/** Refuses an option that is given twice: the parser would take the last one, and say nothing of the others. */
import { UsageError } from './usage-error.ts'

/** As `parseArgs` returns them with `tokens: true`. */
type Token = { kind: string; name?: string }

/** @throws UsageError with the option's name, never its value */
export function refuseRepeated(tokens: readonly Token[]): void {
  const given = new Set<string>()
  for (const { kind, name } of tokens) {
    if (kind !== 'option' || name === undefined) continue
    if (given.has(name)) throw new UsageError(`--${name} is given twice: it takes one value`)
    given.add(name)
  }
}
