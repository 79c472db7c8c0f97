import { defineConfig } from 'vitest/config'
import { catalogPlugin } from './renderer/languages/catalog-plugin.ts'

const INTEGRATION = '**/*.integration.test.ts'
/** Tests that wait more than they work. */
const PATIENT = '**/*.patient.test.ts'
const OUTSIDE = ['**/node_modules/**', 'dist/**', 'e2e/**/*.spec.ts']

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [catalogPlugin()],
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}', '**/*.test.mjs'],
          exclude: [...OUTSIDE, INTEGRATION, PATIENT],
          // Ten thousand cases of a property take their time on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          // Real servers and processes: two files at a time, one for each of two cores.
          name: 'integration',
          include: [INTEGRATION],
          exclude: OUTSIDE,
          maxWorkers: 2,
          testTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          // Real ones as well, and side by side: minutes of them go by between two polls.
          name: 'patient',
          include: [PATIENT],
          exclude: OUTSIDE,
          maxWorkers: 4,
          testTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
