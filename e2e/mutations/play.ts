/** Runs tests on many copies at once: one start of Playwright and one of Vitest for all of them. Judges nothing. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './mutated-copy.ts'
import { unitTestsOf } from './test-titles.ts'

/** One copy, and how the titles begin of the tests that it is to be played to. */
export type Play = { name: string; folder: string; titles: readonly string[] }
type Counts = { passed: number; failed: number; notRun: number }
type TestOutcome = { play: string; title: string; outcome: keyof Counts; complaint: string }

/** Counts the tests of one play whose titles begin so, and says what those that failed complain about. */
export type Outcomes = (play: string, title: string) => Counts & { complaints: string[] }

const UNIT_CONFIG = 'vitest.config.mjs'

/** Tests are meant to fail here, so an exit code says nothing: only a missing report does. */
function readReport(path: string, command: string, args: readonly string[], environment: NodeJS.ProcessEnv): unknown {
  const { stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...environment },
  })
  if (error) throw error
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Error(`${command} left no report:\n${stdout}${stderr}`, { cause })
  }
}

function countOf(outcomes: readonly TestOutcome[]): Outcomes {
  return (play, title) => {
    const counts: Counts = { passed: 0, failed: 0, notRun: 0 }
    const own = outcomes.filter((each) => each.play === play && each.title.startsWith(title))
    for (const { outcome } of own) counts[outcome] += 1
    const failed = own.filter(({ outcome }) => outcome === 'failed')
    return { ...counts, complaints: failed.map((each) => `${each.title}: ${each.complaint}`) }
  }
}

type SpecRun = { error?: { message?: string } }
type Spec = { title: string; tests: { projectName: string; status: string; results: SpecRun[] }[] }
type SpecSuite = { specs?: Spec[]; suites?: SpecSuite[] }
type SpecReport = SpecSuite & { errors: { message?: string }[] }

const SPEC_OUTCOME: Readonly<Record<string, keyof Counts>> = { expected: 'passed', skipped: 'notRun' }

function outcomesIn({ specs = [], suites = [] }: SpecSuite): TestOutcome[] {
  const own = specs.flatMap(({ title, tests }) =>
    tests.map(({ projectName, status, results }) => ({
      play: projectName,
      title,
      outcome: SPEC_OUTCOME[status] ?? 'failed',
      complaint: results[0]?.error?.message ?? '',
    })),
  )
  return [...own, ...suites.flatMap(outcomesIn)]
}

/** Each play is a project of Playwright's; playwright.config.ts beside this reads them from the file named here. */
export function playSpecs(room: string, plays: readonly Play[]): Outcomes {
  const list = join(room, 'plays.json')
  const report = join(room, 'specs.json')
  writeFileSync(list, JSON.stringify(plays))
  const args = ['test', '--config', join(import.meta.dirname, 'playwright.config.ts'), '--reporter=json']
  const environment = { KIOSK_MUTATION_PLAYS: list, PLAYWRIGHT_JSON_OUTPUT_FILE: report }
  // What Playwright writes, by its JSON reporter.
  const found = readReport(report, 'playwright', args, environment) as SpecReport
  // Of the run itself, not of a test: nothing was played then.
  if (found.errors.length > 0) throw new Error(found.errors.map(({ message }) => message).join('\n'))
  return countOf(outcomesIn(found))
}

type UnitResult = { title: string; status: string; failureMessages?: string[] }
type UnitReport = { testResults: { name: string; assertionResults: UnitResult[] }[] }

export function playUnitTests(room: string, plays: readonly Play[]): Outcomes {
  const include = plays.flatMap(({ name, titles }) =>
    titles.flatMap(unitTestsOf).map((file) => `${name}/electron/${file}`),
  )
  if (include.length === 0) return countOf([])
  const report = join(room, 'unit.json')
  writeFileSync(
    join(room, UNIT_CONFIG),
    `export default { test: { include: ${JSON.stringify([...new Set(include)])} } }`,
  )
  const args = ['run', '--root', room, '--config', join(room, UNIT_CONFIG), '--reporter=json', `--outputFile=${report}`]
  // What Vitest writes, by its JSON reporter.
  const { testResults } = readReport(report, 'vitest', args, {}) as UnitReport
  const outcomes = testResults.flatMap(({ name, assertionResults }) => {
    const play = plays.find(({ folder }) => name.includes(`/${folder.split('/').at(-1)}/electron/`))
    if (!play) throw new Error(`${name} is no test of a copy`)
    return assertionResults.map(
      ({ title, status, failureMessages }): TestOutcome => ({
        play: play.name,
        title,
        outcome: status === 'passed' ? 'passed' : 'failed',
        complaint: failureMessages?.[0] ?? '',
      }),
    )
  })
  return countOf(outcomes)
}
