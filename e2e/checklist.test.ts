import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const spec = readFileSync(join(import.meta.dirname, 'checklist.spec.ts'), 'utf8')

it.each(Array.from({ length: 20 }, (_, index) => index + 1))(
  'Electron’s checklist: item %i has a test that is named after it',
  (item) => expect(spec).toMatch(new RegExp(`['\`]${item}\\. `)),
)
