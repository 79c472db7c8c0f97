/** Which suites know a test by its title. Reads the sources of the tests, runs none. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './mutated-copy.ts'

function filesThatName(folder: string, ending: RegExp, title: string): string[] {
  // What follows the rule's name may come out of a table.
  const [start = title] = title.split(/(?<=: )/)
  const names = readdirSync(join(ROOT, folder)).filter((name) => ending.test(name))
  // As the beginning of a string, so that prose about the rule does not count.
  const beginning = new RegExp(`['"\`]${start.replace(/[.*+?^${'$'}{}()|[\]\\]/g, '\\$&')}`)
  return names.filter((name) => beginning.test(readFileSync(join(ROOT, folder, name), 'utf8')))
}

/** Names of files in `e2e/`. */
export const specsOf = (title: string): string[] => filesThatName('e2e', /\.spec\.ts$/, title)

/** Names of files in `electron/`. */
export const unitTestsOf = (title: string): string[] =>
  filesThatName('electron', /^(?!.*\.(integration|patient)\.).*\.test\.ts$/, title)
