/** `npm run e2e:mutations`: takes every rule of the lockdown away in turn and runs its tests, which must fail. */
import { parseArgs } from 'node:util'
import { type Counts, makeMutatedCopy } from './mutated-copy.ts'
import { type Edit, MUTATIONS, type Mutation } from './mutation-list.ts'

type Outcome = 'caught' | 'survived' | 'not run'

function run(edits: readonly Edit[], title: string): Counts {
  const copy = makeMutatedCopy(edits)
  try {
    return copy.runTests(title)
  } finally {
    copy.remove()
  }
}

/** @throws Error when the tests fail although the rule stands, only because the fence before it is down */
function play({ name, edits, title, behind = [] }: Mutation): Outcome {
  const { passed, failed } = run([...edits, ...behind], title)
  if (failed === 0) return passed > 0 ? 'survived' : 'not run'
  if (behind.length > 0 && run(behind, title).failed > 0) {
    throw new Error(`${name}: its tests fail without the fence before it, so they prove nothing about it`)
  }
  return 'caught'
}

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
const chosen = MUTATIONS.filter(({ name }) => only === undefined || name === only)
if (chosen.length === 0) throw new Error(`no rule is called ${only}: ${MUTATIONS.map(({ name }) => name).join(', ')}`)

const counts: Record<Outcome, number> = { caught: 0, survived: 0, 'not run': 0 }
for (const mutation of chosen) {
  const outcome = play(mutation)
  counts[outcome] += 1
  console.log(`${outcome.padEnd(8)}  ${mutation.name}`)
}
if (counts['not run'] > 0) console.log(`${counts['not run']} not run: this machine lacks what their tests need`)
console.log(`${chosen.length} rules, ${counts.caught} caught`)
process.exitCode = counts.caught === chosen.length ? 0 : 1
