/** What can be said of the documentation without running it. The commands themselves are run by docs.integration.test.ts. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import { COMMAND_TABLE } from './command-table.ts'
import { PAGES, ROOT, TOP_ENTRIES } from './pages.ts'
import { commandsOf, FENCE_MARKS, type Page } from './read-page.ts'
import { refusalOf } from './run-rule.ts'

const KNOWN_MARKS: readonly string[] = Object.values(FENCE_MARKS).flat()
const pages = [...PAGES]
const MINIMAL = {
  version: 1,
  brand: { name: 'Contoso Reception' },
  identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'reception-kiosk' },
}

/** Why an example is not what its mark says. */
function jsonFault({ mark, text }: Page['fences'][number]): string | null {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    return `is not JSON: ${error instanceof Error ? error.message : error}`
  }
  if (mark === 'json other') return null
  const checked = checkKioskConfig(mark === 'json part' ? { ...MINIMAL, ...(content as object) } : content)
  return checked.ok ? null : checked.faults.map(({ path, what }) => `${path} ${what}`).join('; ')
}

/** Why a link leads nowhere; addresses of the web are not tried. */
function linkFault(from: string, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null
  const [path = '', anchor] = target.split('#')
  const to = path === '' ? from : posix.normalize(posix.join(posix.dirname(from), path))
  if (!existsSync(join(ROOT, to))) return `${target}: there is no ${to}`
  if (anchor === undefined || PAGES.get(to)?.anchors.has(anchor)) return null
  return `${target}: ${to} has no heading #${anchor}`
}

/** Names of our own files and folders, told by their first folder; `*` and NNNN stand for more than one. */
function fileFault(code: string): string | null {
  if (!/^[\w.-]+(\/[\w.*-]+)+\/?$/.test(code) || !TOP_ENTRIES.has(code.split('/')[0] ?? '')) return null
  const pattern = code.replace('NNNN-title', '*').replace(/\/$/, '')
  const found = ['', '.ts', '.tsx'].some((ending) => globSync(pattern + ending, { cwd: ROOT }).length > 0)
  return found ? null : `there is no ${code}`
}

function faultsOf<T>(items: readonly T[], faultOf: (item: T) => string | null): string[] {
  return items.map(faultOf).filter((fault) => fault !== null)
}

describe.each(pages)('%s', (name, page) => {
  it('marks every fence with what it is for', () => {
    const unmarked = page.fences.filter(({ mark }) => !KNOWN_MARKS.includes(mark))
    expect(unmarked, `known marks: ${KNOWN_MARKS.join(', ')} (e2e/docs/read-page.ts)`).toEqual([])
  })

  it('marks as elsewhere what must not be run here', () => {
    const run = page.fences.filter(({ mark }) => mark === 'sh').flatMap(commandsOf)
    expect(faultsOf(run, (command) => refusalOf(command) && `${command}: ${refusalOf(command)}`)).toEqual([])
  })

  it('shows settings that a kiosk would take', () => {
    const examples = page.fences.filter(({ mark }) => FENCE_MARKS.json.some((known) => known === mark))
    expect(faultsOf(examples, jsonFault)).toEqual([])
  })

  it('links to pages and headings that are there', () => {
    expect(faultsOf(page.targets, (target) => linkFault(name, target))).toEqual([])
  })

  it('names files that are there', () => {
    expect(faultsOf(page.codes, fileFault)).toEqual([])
  })

  it('names scripts of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const runnable = page.fences.filter(({ mark }) => mark.startsWith('sh')).flatMap(commandsOf)
    const missing = [...page.codes, ...runnable]
      .map((text) => /^npm run ([\w:-]+)/.exec(text)?.[1])
      .filter((script) => script !== undefined && !(script in scripts))
    expect(missing).toEqual([])
  })
})

describe('the table of commands that are not simply run', () => {
  const commands = pages.flatMap(([, { fences }]) => fences.filter(({ mark }) => mark === 'sh').flatMap(commandsOf))

  it.each(COMMAND_TABLE)('$command stands on a page, and its reason holds', (entry) => {
    expect(commands).toContain(entry.command)
    expect(entry.because).toMatch(/\S/)
    if (entry.how === 'runs-elsewhere') {
      expect(existsSync(join(ROOT, entry.where)), entry.where).toBe(true)
      const says = readFileSync(join(ROOT, entry.where), 'utf8').includes(entry.says ?? '')
      expect(says, `${entry.where} says ${entry.says}`).toBe(true)
    }
  })

  it('has each command once', () => {
    const named = COMMAND_TABLE.map(({ command }) => command)
    expect(named).toEqual([...new Set(named)])
  })
})
