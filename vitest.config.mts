import { defineConfig } from 'vitest/config'

const INTEGRATION = '**/*.integration.test.ts'
const OUTSIDE = ['**/node_modules/**', 'dist/**', 'e2e/**/*.spec.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: 'unit', include: ['**/*.test.{ts,tsx}', '**/*.test.mjs'], exclude: [...OUTSIDE, INTEGRATION] },
      },
      {
        test: {
          // Real servers and processes: one file at a time, so that two cores are not fought over.
          name: 'integration',
          include: [INTEGRATION],
          exclude: OUTSIDE,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
