import { defineConfig } from '@playwright/test'

/**
 * Real processes, and no second try that would hide a flaky one. Most specs wait more than they work, so that two files run
 * side by side even on two cores: measured there, 3.8 minutes instead of 5. A third would only make the first two late.
 */
export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  workers: 2,
  retries: 0,
  timeout: 90_000,
  reporter: 'list',
})
