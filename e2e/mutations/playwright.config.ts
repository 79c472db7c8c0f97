import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'
import type { ShellOptions } from '../shell-test.ts'
import type { Play } from './play.ts'

const list = process.env.KIOSK_MUTATION_PLAYS
if (list === undefined) throw new Error('this configuration belongs to "npm run e2e:mutations"')
const plays: Play[] = JSON.parse(readFileSync(list, 'utf8'))

/** Every copy is a project of its own: all are tested in one run, side by side. */
export default defineConfig<ShellOptions>({
  testDir: join(import.meta.dirname, '..'),
  testMatch: '*.spec.ts',
  outputDir: join(list, '..', 'test-results'),
  fullyParallel: true,
  workers: 2,
  retries: 0,
  // Most of these tests are meant to fail, some by waiting for what never comes.
  timeout: 30_000,
  projects: plays.map(({ name, folder, titles }) => ({
    name,
    grep: titles.map((title) => new RegExp(` ${title.replace(/[.*+?^${'$'}{}()|[\]\\]/g, '\\$&')}`)),
    use: { appFolder: folder },
  })),
})
