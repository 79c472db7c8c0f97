import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { catalogPlugin } from './renderer/languages/catalog-plugin.ts'

const INTEGRATION = '**/*.integration.test.ts'
/** Integration tests that wait more than they work. */
const PATIENT = '**/*.patient.test.ts'
const OUTSIDE = ['**/node_modules/**', 'dist/**', 'e2e/**/*.spec.ts']

/** One that waits beside one that works, from the beginning: else the long ones would be waited for alone at the end. */
class PatientBesideBusy extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isPatient = ({ moduleId }: TestSpecification) => moduleId.endsWith('.patient.test.ts')
    const busy = sorted.filter((file) => !isPatient(file))
    const patient = sorted.filter(isPatient)
    const pairs = patient.flatMap((file, index) => [file, ...busy.slice(index, index + 1)])
    return [...pairs, ...busy.slice(patient.length)]
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: PatientBesideBusy },
    projects: [
      {
        plugins: [catalogPlugin()],
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}', '**/*.test.mjs'],
          exclude: [...OUTSIDE, INTEGRATION, PATIENT],
          // One for each core: by itself Vitest leaves one core alone, which halves it on two.
          maxWorkers: '100%',
          // Ten thousand cases of a property take their time on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          // Real servers and processes, three files side by side even on two cores: minutes go by between two polls.
          name: 'integration',
          include: [INTEGRATION, PATIENT],
          exclude: OUTSIDE,
          maxWorkers: 3,
          testTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
