/** Which commands the documentation test may run on whatever machine it is on. Pure. What could reach outside its folder may not. */

/** Programs that do no more than their arguments say, and write into the folder they are run in. */
const PROGRAMS = new Set(['npm', 'npx', 'openssl', 'umask', 'mkdir', 'cat'])

/** @returns why a command may not be run; null for one that may */
export function refusalOf(command: string): string | null {
  const path = command.split(/[\s=<>(;'"]+/).find((word) => /^(\/|~|[A-Za-z]:\\)/.test(word) || word.includes('..'))
  if (path !== undefined) return `it names ${path}, which is not in the folder of the test`
  const parts = command.replace(/^\(|\)$/g, '').split(/\s*(?:;|&&|\|\|?)\s*/)
  const program = parts.map((part) => part.trim().split(/\s/)[0] ?? '').find((name) => !PROGRAMS.has(name))
  return program === undefined ? null : `"${program}" is none of ${[...PROGRAMS].join(', ')}`
}
