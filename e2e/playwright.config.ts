import { defineConfig } from '@playwright/test'

/** Real processes on two cores: one spec at a time, and no second try that would hide a flaky one. */
export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  reporter: 'list',
})
