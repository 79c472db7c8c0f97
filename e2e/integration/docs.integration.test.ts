/** Runs the commands of the documentation, page by page, in folders that are thrown away and beside a real helper. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMAND_TABLE, type CommandEntry } from '../docs/command-table.ts'
import { PAGES, ROOT } from '../docs/pages.ts'
import { commandsOf } from '../docs/read-page.ts'
import { refusalOf } from '../docs/run-rule.ts'
import { type HelperWorld, openHelperWorld } from './helper-world.ts'

/** Far beyond what any of them takes: what hangs is named by its test. */
const LIMIT_MS = 50_000

type Run = { exitCode: number | null; output: string }

const pages = [...PAGES]
  .map(([name, { fences }]) => ({
    name,
    commands: fences.filter(({ mark }) => mark === 'sh').flatMap(commandsOf),
  }))
  .filter(({ commands }) => commands.length > 0)

let world: HelperWorld
let work: string
let tools: string
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'kiosk-docs-'))
  tools = join(work, 'tools')
  await mkdir(tools)
  await writeNpx(join(tools, 'npx'))
  world = await openHelperWorld()
  await world.startHelper()
  await world.watch.until('awaitingApproval')
})
afterAll(async () => {
  await world?.close()
  await rm(work, { recursive: true, force: true })
})

/** As npx in a checkout: the built programs of this one, and nothing from a registry. */
async function writeNpx(path: string): Promise<void> {
  const { bin } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const cases = Object.entries(bin).map(([name, file]) => `${name}) exec node '${join(ROOT, String(file))}' "$@" ;;`)
  const lines = ['#!/bin/sh', 'name=$1', 'shift', 'case $name in', ...cases, '*) exit 127 ;;', 'esac']
  await writeFile(path, `${lines.join('\n')}\n`)
  await chmod(path, 0o755)
}

/** @param isOver looks at the output so far; true ends the command */
async function run(command: string, folder: string, isOver: (output: string) => boolean = () => false): Promise<Run> {
  const refusal = refusalOf(command)
  if (refusal !== null) throw new Error(`not run: ${refusal}; mark its fence "sh on-a-kiosk"`)
  const child = spawn('sh', ['-c', command], {
    cwd: command.startsWith('npm ') ? ROOT : folder,
    env: {
      ...process.env,
      PATH: [tools, dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: folder,
      KIOSK_RUNTIME_DIR: world.folders.runtime,
      KIOSK_STATE_DIR: world.folders.state,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: the command may be a child of its shell.
    detached: true,
  })
  let output = ''
  const end = () => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGTERM')
  const limit = setTimeout(end, LIMIT_MS)
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (isOver(output)) end()
    })
  }
  await once(child, 'close')
  clearTimeout(limit)
  return { exitCode: child.exitCode, output }
}

/** The options that a command names. */
const optionsOf = (command: string) => command.split(/\s+/).filter((word) => /^--\w/.test(word))

async function play(entry: CommandEntry | { command: string; how: 'as-it-stands' }, folder: string): Promise<void> {
  const { command } = entry
  switch (entry.how) {
    case 'runs-elsewhere':
      return
    case 'asks-for-help': {
      const help = await run(`${command.split(' -- ')[0]} -- --help`, folder)
      expect(help, help.output).toMatchObject({ exitCode: 0 })
      for (const option of optionsOf(command)) expect(help.output).toContain(option)
      return
    }
    case 'until-it-speaks':
      expect((await run(command, folder, (output) => output.includes('\n'))).output).toContain('{')
      return
    case 'with':
      expect(await run(entry.given, folder)).toMatchObject({ exitCode: 0 })
      break
    case 'exits-with': {
      const done = await run(command, folder)
      expect(done, done.output).toMatchObject({ exitCode: entry.code })
      return
    }
    case 'as-it-stands':
  }
  const done = await run(command, folder)
  expect(done, done.output).toMatchObject({ exitCode: 0 })
}

/** Written of already, and not built yet: whoever builds it takes it out here. */
const NOT_YET: readonly string[] = []

describe('what the pages say of kioskctl and fleetctl', () => {
  const named = [...PAGES].flatMap(([, { codes, fences }]) => {
    const lines = [...codes, ...fences.filter(({ mark }) => mark.startsWith('sh')).flatMap(commandsOf)]
    return lines.flatMap((line) => /\b(kioskctl|fleetctl) [a-z][\w-]*/.exec(line)?.[0] ?? [])
  })

  it.each([...new Set(named)])('%s is a command of it', async (words) => {
    const [program, command] = words.split(' ')
    const { output } = await run(`npx ${program} --help`, work)
    // Commands of one kind share a line: "revoke|refresh|wipe DEVICE…".
    expect(new RegExp(`^ +(?:[a-z]+\\|)*${command}\\b`, 'm').test(output), output).toBe(!NOT_YET.includes(words))
  })
})

describe.each(pages)('the commands of $name', ({ name, commands }) => {
  // One folder for a page: what a command makes is there for the next.
  const folder = () => join(work, name.replaceAll('/', '-'))
  beforeAll(() => mkdir(folder()))

  it.each(commands)('%s', async (command) => {
    const entry = COMMAND_TABLE.find((known) => known.command === command)
    await play(entry ?? { command, how: 'as-it-stands' }, folder())
  })
})
