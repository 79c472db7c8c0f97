/** A copy of the shell's sources with a mutation in them, built and tested apart. Never changes the sources themselves. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Edit } from './mutation-list.ts'

const ROOT = join(import.meta.dirname, '../..')

export type Counts = { passed: number; failed: number }

export type MutatedCopy = {
  /** Runs the tests whose titles begin so: the specs, or the unit tests where there is no such spec. */
  runTests(title: string): Counts
  remove(): void
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Answers what it printed when it failed, which for tests is their purpose, and null when it did not. */
function failureOf(folder: string, command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  if (error) throw error
  return status === 0 ? null : `${stdout}${stderr}`
}

/** @throws Error when the edit does not fit exactly once, because the source has changed since */
function applyEdit(folder: string, { file, find, replace }: Edit): void {
  const path = join(folder, 'electron', file)
  const source = readFileSync(path, 'utf8')
  const found = [...source.matchAll(typeof find === 'string' ? new RegExp(escaped(find), 'g') : new RegExp(find, 'g'))]
  if (found.length !== 1) {
    throw new Error(`${find} is not there once in ${file}`)
  }
  writeFileSync(path, source.replace(find, replace))
}

function build(folder: string): void {
  for (const config of ['vite.config.ts', 'vite.preload.config.ts']) {
    const output = failureOf(folder, 'vite', ['build', '--config', join('electron', config)])
    if (!readdirSync(join(folder, 'dist')).includes('electron'))
      throw new Error(`cannot build the mutation:\n${output}`)
  }
}

function hasSpec(title: string): boolean {
  // What follows the rule's name may come out of a table.
  const [start = title] = title.split(/(?<=: )/)
  const folder = join(ROOT, 'e2e')
  const specs = readdirSync(folder).filter((name) => name.endsWith('.spec.ts'))
  return specs.some((name) => readFileSync(join(folder, name), 'utf8').includes(start))
}

export function makeMutatedCopy(edits: readonly Edit[]): MutatedCopy {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-mutation-'))
  for (const name of [
    'electron',
    'contract',
    'package.json',
    'ecosystem.config.js',
    'tsconfig.base.json',
    'vitest.config.mts',
  ]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  }
  mkdirSync(join(folder, 'dist'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  symlinkSync(join(ROOT, 'dist', 'renderer'), join(folder, 'dist', 'renderer'))
  for (const edit of edits) applyEdit(folder, edit)
  const report = join(folder, 'report.json')

  function runSpecs(title: string): Counts {
    const args = ['test', '--config', 'e2e/playwright.config.ts', '--reporter=json', '--grep', ` ${escaped(title)}`]
    failureOf(ROOT, 'playwright', args, { KIOSK_E2E_APP: folder, PLAYWRIGHT_JSON_OUTPUT_FILE: report })
    const { expected, unexpected } = JSON.parse(readFileSync(report, 'utf8')).stats
    return { passed: expected, failed: unexpected }
  }

  function runUnitTests(title: string): Counts {
    const args = ['run', '--project', 'unit', '-t', escaped(title), '--reporter=json', `--outputFile=${report}`]
    failureOf(folder, 'vitest', [...args, 'electron'])
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests }
  }

  return {
    runTests(title) {
      if (!hasSpec(title)) return runUnitTests(title)
      build(folder)
      return runSpecs(title)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
