import { defineConfig } from '@playwright/test'

/**
 * Real processes, and no second try that would hide a flaky one. Most specs wait more than they work, so that three files
 * run side by side even on two cores.
 */
export default defineConfig({
  testDir: import.meta.dirname,
  outputDir: '../test-results',
  workers: 3,
  retries: 0,
  // Only `npm run gallery -- --accept` writes a picture that others are compared with.
  updateSnapshots: 'none',
  timeout: 90_000,
  reporter: 'list',
  projects: [
    { name: 'kiosk', testMatch: '*.spec.ts', testIgnore: 'gallery/**' },
    // The page alone, fed by the tests: one browser and one page for all specs of a worker.
    {
      name: 'screens',
      ...(process.env.npm_lifecycle_event !== 'e2e:screens' && { grepInvert: /@whole/ }),
      testDir: 'gallery',
      testMatch: '*.spec.ts',
      snapshotPathTemplate: '../docs/gallery/{arg}{ext}',
    },
  ],
})
