/**
 * `npm run e2e:mutations`: takes every rule of the lockdown away in turn and runs its tests, which must fail. They are run
 * on an unchanged copy as well, and must pass there: else their failing would prove nothing.
 */
import { parseArgs } from 'node:util'
import { buildCopy, type CopyRoom, openCopyRoom } from './mutated-copy.ts'
import { type Edit, MUTATIONS, type Mutation } from './mutation-list.ts'
import { type Outcomes, type Play, playSpecs, playUnitTests } from './play.ts'
import { specsOf } from './test-titles.ts'

type Verdict = 'caught' | 'survived' | 'unsound' | 'needs Electron'

const UNCHANGED = 'unchanged'

/** The mutation itself, and the copy in which its tests must pass. */
type Pair = { mutation: Mutation; mutated: Play; sound: Play }

async function preparePairs(room: CopyRoom, mutations: readonly Mutation[]): Promise<Pair[]> {
  const plays = new Map<string, Play>()
  async function play(name: string, edits: readonly Edit[], title: string): Promise<Play> {
    const made = plays.get(name) ?? { name, folder: room.makeCopy(name, edits), titles: [] }
    const extended = { ...made, titles: [...new Set([...made.titles, title])] }
    plays.set(name, extended)
    return extended
  }
  const names: { mutation: Mutation; mutated: string; sound: string }[] = []
  for (const [index, mutation] of mutations.entries()) {
    const { edits, title, behind = [] } = mutation
    const mutated = `mutation-${index}`
    // The fence before the rule is down in both, so that only the rule makes the difference.
    const sound = behind.length === 0 ? UNCHANGED : `behind-${index}`
    await play(mutated, [...edits, ...behind], title)
    await play(sound, behind, title)
    names.push({ mutation, mutated, sound })
  }
  const built = [...plays.values()].filter(({ titles }) => titles.some((title) => specsOf(title).length > 0))
  for (const { folder } of built) await buildCopy(folder)
  const named = (name: string): Play => {
    const found = plays.get(name)
    if (!found) throw new Error(`no play is called ${name}`)
    return found
  }
  return names.map(({ mutation, mutated, sound }) => ({ mutation, mutated: named(mutated), sound: named(sound) }))
}

/** `unsound`: its tests fail although the rule stands, so they prove nothing about it. */
function judge({ mutation: { name, title }, mutated, sound }: Pair, suites: readonly Outcomes[]): Verdict {
  const verdicts = suites.flatMap((outcomes): Verdict[] => {
    const [before, after] = [outcomes(sound.name, title), outcomes(mutated.name, title)]
    if (before.failed > 0) return ['unsound']
    if (before.passed === 0) return []
    return [after.failed > 0 ? 'caught' : 'survived']
  })
  if (verdicts.length === 0) {
    const isThere = suites.some((outcomes) => outcomes(sound.name, title).notRun > 0)
    if (!isThere) throw new Error(`${name}: there is no test whose title begins with "${title}"`)
    return 'needs Electron'
  }
  if (verdicts.includes('unsound')) return 'unsound'
  // Where both a spec and a unit test prove the rule, both must notice.
  return verdicts.includes('survived') ? 'survived' : 'caught'
}

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
const chosen = MUTATIONS.filter(({ name }) => only === undefined || name === only)
if (chosen.length === 0) throw new Error(`no rule is called ${only}: ${MUTATIONS.map(({ name }) => name).join(', ')}`)

const counts: Record<Verdict, number> = { caught: 0, survived: 0, unsound: 0, 'needs Electron': 0 }
const room = openCopyRoom()
try {
  const pairs = await preparePairs(room, chosen)
  const plays = [...new Set(pairs.flatMap(({ mutated, sound }) => [sound, mutated]))]
  const suites = [playUnitTests(room.folder, plays), playSpecs(room.folder, plays)]
  for (const pair of pairs) {
    const verdict = judge(pair, suites)
    counts[verdict] += 1
    const failed = suites.reduce((sum, outcomes) => sum + outcomes(pair.mutated.name, pair.mutation.title).failed, 0)
    console.log(`${verdict.padEnd(14)}  ${pair.mutation.name} (${failed} tests failed)`)
    if (verdict !== 'unsound') continue
    for (const outcomes of suites) console.log(...outcomes(pair.sound.name, pair.mutation.title).complaints)
  }
} finally {
  room.remove()
}
const rest = counts['needs Electron'] > 0 ? `, ${counts['needs Electron']} need Electron` : ''
console.log(`${chosen.length} rules, ${counts.caught} caught${rest}`)
process.exitCode = counts.caught === chosen.length ? 0 : 1
