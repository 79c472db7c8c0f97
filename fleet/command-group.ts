/** Reads the command line of `fleetctl pki` and `fleetctl gateway`. Never repeats what was given as a value. */
import { parseArgs } from 'node:util'
import { refuseRepeated } from './given-once.ts'
import { UsageError } from './usage-error.ts'

export type Given = Readonly<Record<string, string | undefined>>

export type GroupCommand = {
  /** Names of its options, each of which takes a value. */
  needs: readonly string[]
  mayTake?: readonly string[]
  /** @returns what is printed */
  run(given: Given): Promise<string>
}

function readOptions(what: string, { needs, mayTake = [] }: GroupCommand, args: readonly string[]): Given {
  const names = [...needs, ...mayTake]
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]))
    const { values, tokens } = parseArgs({ args: [...args], options, allowPositionals: false, tokens: true })
    refuseRepeated(tokens)
    return values
  } catch (error) {
    if (error instanceof UsageError) throw error
    // Words of our own: the parser's would quote a secret that somebody put on the command line.
    throw new UsageError(`${what} takes ${names.map((name) => `--${name}`).join(', ')}, each once and with a value`)
  }
}

/**
 * @param args what follows the group's name
 * @throws UsageError for a command or an option that is unknown or missing
 */
export async function runGroup(
  group: string,
  commands: Readonly<Record<string, GroupCommand>>,
  args: readonly string[],
): Promise<string> {
  const [name = '', ...rest] = args
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    const names = Object.keys(commands).join(', ')
    throw new UsageError(
      `${name === '' ? 'no command given' : `there is no command "${group} ${name}"`}; there are ${names}`,
    )
  }
  const given = readOptions(`${group} ${name}`, command, rest)
  for (const need of command.needs) {
    if (!given[need]?.trim()) throw new UsageError(`--${need} is missing`)
  }
  return command.run(given)
}

/** @throws UsageError for what is no whole number in its range */
export function readWholeNumber(given: Given, name: string, range: { least: number; most: number; otherwise: number }) {
  const text = given[name]
  if (text === undefined) return range.otherwise
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= range.least && value <= range.most) return value
  throw new UsageError(`--${name} takes a whole number from ${range.least} to ${range.most}`)
}

/** @throws UsageError for what is not one of the choices */
export function readChoice<Choice extends string>(
  given: Given,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = given[name]
  if (value === undefined) return choices[0]
  const choice = choices.find((one) => one === value)
  if (choice) return choice
  throw new UsageError(`--${name} takes ${choices.join(', ')}`)
}
