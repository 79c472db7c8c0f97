/** `npm test`: every suite, then which tests failed, and how many passed, failed, were skipped and could not run. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

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

/** The first lines of an error: enough to tell one failure from another. */
function beginning(message) {
  return stripVTControlCharacters(message).split('\n').slice(0, 6).join('\n    ')
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
  const failures = (report?.testResults ?? []).flatMap(({ name, message, assertionResults }) => {
    const file = relative(ROOT, name)
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (failed.length === 0 && message) return [{ file, title: 'the file itself', message }]
    return failed.map((test) => ({ file, title: test.fullName, message: test.failureMessages.join('\n') }))
  })
  const counts = {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    notRun: 0,
  }
  return { suite: project, status, failures, ...counts }
}

/** A spec that needs what this machine lacks says so with a `not-run` annotation; that is neither passed nor skipped. */
function playwrightSuite() {
  const path = join(reports, 'e2e.json')
  const status = run('playwright', ['test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: path,
  })
  const report = readReport(path)
  const counts = { passed: 0, failed: 0, skipped: 0, notRun: 0 }
  const failures = []
  const visit = ({ suites = [], specs = [] }) => {
    for (const { file, title, test } of specs.flatMap((spec) => spec.tests.map((test) => ({ ...spec, test })))) {
      const notRun = test.annotations.find(({ type }) => type === 'not-run')
      if (notRun) {
        counts.notRun += 1
        console.log(`not run: ${notRun.description}`)
      } else if (test.status === 'skipped') counts.skipped += 1
      else if (test.status === 'expected') counts.passed += 1
      else {
        counts.failed += 1
        const message = test.results.flatMap(({ error }) => error?.message ?? []).join('\n')
        failures.push({ file: `e2e/${file}`, title, message })
      }
    }
    suites.forEach(visit)
  }
  if (report) visit(report)
  return { suite: 'e2e', status, failures, ...counts }
}

let suites = []
try {
  if (run('node', ['scripts/build.mjs', '--if-stale']) !== 0) {
    suites = [{ suite: 'build', status: 1, failures: [], passed: 0, failed: 1, skipped: 0, notRun: 0 }]
  } else {
    suites = [vitestSuite('unit'), vitestSuite('integration'), playwrightSuite()]
  }
} finally {
  rmSync(reports, { recursive: true, force: true })
}

// A suite that broke before it could count a failure has failed all the same.
for (const suite of suites) if (suite.status !== 0 && suite.failed === 0) suite.failed = 1
console.log()
for (const { suite, failures } of suites) {
  for (const { file, title, message } of failures)
    console.log(`${suite} failed: ${file}: ${title}\n    ${beginning(message)}`)
}
console.table(Object.fromEntries(suites.map(({ suite, status: _, failures: __, ...counts }) => [suite, counts])))
const total = (name) => suites.reduce((sum, suite) => sum + suite[name], 0)
if (total('skipped') > 0) console.log(`${total('skipped')} skipped`)
if (total('notRun') > 0) console.log(`${total('notRun')} not run: this machine lacks what they need`)
console.log(`${total('passed')} passed, ${total('failed')} failed`)
process.exit(total('failed') === 0 && total('passed') > 0 ? 0 : 1)
