/** `npm test`: every suite, then how many tests passed, failed, were skipped and could not run. Counts, never hides. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const reports = mkdtempSync(join(tmpdir(), 'kiosk-test-'))

/** Runs a program with its output shown; answers its exit code. */
function run(command, args, environment = {}) {
  const { status } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, ...environment },
  })
  return status ?? 1
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function vitestSuite(project) {
  const path = join(reports, `${project}.json`)
  const status = run('vitest', [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path}`,
  ])
  const report = readReport(path)
  const counts = {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    notRun: 0,
  }
  return { suite: project, status, ...counts }
}

/** A spec that needs what this machine lacks says so with a `not-run` annotation; that is neither passed nor skipped. */
function playwrightSuite() {
  const path = join(reports, 'e2e.json')
  const status = run('playwright', ['test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: path,
  })
  const report = readReport(path)
  const counts = { passed: 0, failed: 0, skipped: 0, notRun: 0 }
  const visit = ({ suites = [], specs = [] }) => {
    for (const test of specs.flatMap((spec) => spec.tests)) {
      const notRun = test.annotations.find(({ type }) => type === 'not-run')
      if (notRun) {
        counts.notRun += 1
        console.log(`not run: ${notRun.description}`)
      } else if (test.status === 'skipped') counts.skipped += 1
      else if (test.status === 'expected') counts.passed += 1
      else counts.failed += 1
    }
    suites.forEach(visit)
  }
  if (report) visit(report)
  return { suite: 'e2e', status, ...counts }
}

let suites = []
try {
  if (run('node', ['scripts/build.mjs', '--if-stale']) !== 0) {
    suites = [{ suite: 'build', status: 1, passed: 0, failed: 1, skipped: 0, notRun: 0 }]
  } else {
    suites = [vitestSuite('unit'), vitestSuite('integration'), vitestSuite('patient'), playwrightSuite()]
  }
} finally {
  rmSync(reports, { recursive: true, force: true })
}

// A suite that broke before it could count a failure has failed all the same.
for (const suite of suites) if (suite.status !== 0 && suite.failed === 0) suite.failed = 1
console.log()
console.table(Object.fromEntries(suites.map(({ suite, status: _, ...counts }) => [suite, counts])))
const total = (name) => suites.reduce((sum, suite) => sum + suite[name], 0)
if (total('skipped') > 0) console.log(`${total('skipped')} skipped`)
if (total('notRun') > 0) console.log(`${total('notRun')} not run: this machine lacks what they need`)
console.log(`${total('passed')} passed, ${total('failed')} failed`)
process.exit(total('failed') === 0 && total('passed') > 0 ? 0 : 1)
