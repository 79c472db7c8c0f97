/** What the mutation run takes away, and which tests must notice. Names sources and test titles, never changes either. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Edit = { file: string; find: string | RegExp; replace: string }
export type Mutation = {
  name: string
  edits: readonly Edit[]
  /** How the titles of its tests begin. */
  title: string
  /** Another fence before this one, which comes down for this run alone; with it down the tests must still pass. */
  behind?: readonly Edit[]
}

const directive = (name: string, loosened: string): Edit => ({
  file: 'kiosk-page.ts',
  find: new RegExp(`"${name} [^"]*",`),
  replace: `"${loosened}",`,
})

const NO_SANDBOX: Edit = { file: 'kiosk-page.ts', find: /'sandbox [^']*',/, replace: '' }
const ANY_FRAME = directive('default-src', "default-src 'none'; frame-src *")

const BEHIND: Readonly<Record<string, readonly Edit[]>> = {
  'new windows': [NO_SANDBOX],
  downloads: [NO_SANDBOX],
  frames: [ANY_FRAME],
}

/**
 * Read from the source, so that no rule can be forgotten here.
 *
 * @param part what a rule does, by the name of its function: without it the rule does nothing, or holds for everything
 */
function namedRules(file: string, part: { name: string; instead: string }): Mutation[] {
  const source = readFileSync(join(import.meta.dirname, '../../electron', file), 'utf8')
  return [...source.matchAll(/\bname: '([^']+)'/g)].map(([, name = '']) => ({
    name,
    title: `${name}: `,
    edits: [
      {
        file,
        find: new RegExp(`(name: '${name}',\\s+)${part.name}:`),
        replace: `$1${part.name}: ${part.instead}, removed:`,
      },
    ],
    ...(BEHIND[name] && { behind: BEHIND[name] }),
  }))
}

const policy = (what: string, edit: Edit, title: string): Mutation => ({
  name: `policy: ${what}`,
  edits: [edit],
  title: `7. content security policy: ${title}`,
})

type Hosted = Edit & { title: string; behind?: string }
const hosted = (what: string, { title, behind, ...edit }: Hosted): Mutation => ({
  name: `hosted app: ${what}`,
  title,
  edits: [edit],
  ...(behind && { behind: [{ file: edit.file, find: behind, replace: '' }] }),
})

export const MUTATIONS: readonly Mutation[] = [
  ...namedRules('lockdown.ts', { name: 'apply', instead: '() => undefined' }),
  ...namedRules('api-token.ts', { name: 'holds', instead: '() => true' }),
  hosted('a token of ours on its way elsewhere', {
    ...{ file: 'app-requests.ts', find: ' || givenDigests.has(digest(value))', replace: '' },
    ...{ title: 'never take a token' },
  }),
  hosted('a token of ours on a redirect', {
    ...{ file: 'app-requests.ts', find: 'carried.has(id) || givenDigests', replace: 'givenDigests' },
    ...{ title: 'lose the token', behind: 'givenDigests.add(digest(authorization))' },
  }),
  hosted('the look after the helper was asked', {
    ...{ file: 'app-requests.ts', find: 'token === null || !mayCarry(details)', replace: 'token === null' },
    ...{ title: 'go without when their frame went' },
  }),
  hosted('the end of all requests', {
    ...{ file: 'app-requests.ts', find: 'isOver ? { cancel: true } : ', replace: '' },
    ...{ title: 'are sent nowhere' },
  }),
  hosted('the policy of its pages', {
    ...{ file: 'app-requests.ts', find: 'responseHeaders: addPolicy(responseHeaders)', replace: '' },
    ...{ title: 'get pages' },
  }),
  hosted('its origin', {
    ...{ file: 'app-confines.ts', find: 'parsed.origin === appOrigin && ', replace: '' },
    ...{ title: 'do not let its page' },
  }),
  hosted('its frames', {
    ...{ file: 'app-confines.ts', find: "=== 'https:',", replace: "!== 'x:'," },
    ...{ title: 'let frames' },
  }),
  hosted('its devices', {
    ...{ file: 'app-confines.ts', find: 'isInside(url) &&\n      media', replace: 'media' },
    ...{ title: 'give the devices' },
  }),
  policy('scripts', directive('script-src', "script-src 'self' 'unsafe-inline'"), 'refuses an inline script'),
  policy('eval', directive('script-src', "script-src 'self' 'unsafe-eval'"), 'evaluates no text'),
  policy('styles', directive('style-src', "style-src 'self' 'unsafe-inline'"), 'refuses an inline style'),
  policy('pictures', directive('img-src', 'img-src *'), 'refuses a picture'),
  policy('requests', directive('connect-src', 'connect-src *'), 'refuses a request'),
  policy('workers', directive('worker-src', "worker-src 'self'"), 'refuses a'),
  policy('base address', directive('base-uri', 'base-uri *'), 'refuses a base'),
  policy('frames', ANY_FRAME, 'refuses a frame'),
  policy('plug-ins', directive('default-src', 'default-src *'), 'refuses a plug-in'),
  policy('dialogs and printing', NO_SANDBOX, 'opens no dialog'),
  {
    name: 'parsed origin',
    edits: [{ file: 'kiosk-origin.ts', find: 'host === KIOSK_HOST', replace: 'host.startsWith(KIOSK_HOST)' }],
    title: 'navigation: takes no look-alike',
  },
  {
    name: 'sender of a call',
    edits: [{ file: 'bridge.ts', find: '    checkSender(event)\n', replace: '' }],
    title: 'the bridge answers no page',
  },
  {
    name: 'schema of a call',
    edits: [{ file: 'bridge.ts', find: 'if (!parsed.success) throw', replace: 'if (!parsed) throw' }],
    title: 'the bridge refuses whatever',
  },
  {
    name: 'files of the renderer alone',
    edits: [{ file: 'kiosk-page.ts', find: '!path.startsWith(folder + sep) || ', replace: '' }],
    title: '18. no file:',
  },
  {
    name: 'switches of a packaged shell',
    edits: [{ file: 'main.ts', find: 'app.isPackaged ?', replace: 'app.isPackaged && process.argv.length === 0 ?' }],
    title: 'switches: ',
  },
  {
    name: 'closing',
    edits: [{ file: 'lockdown.ts', find: 'if (!isEnding) event.preventDefault()', replace: '' }],
    title: 'closing: ',
  },
  {
    name: 'context isolation',
    edits: [{ file: 'kiosk-window.ts', find: 'contextIsolation: true', replace: 'contextIsolation: false' }],
    title: '3. context isolation',
  },
  {
    name: 'Node integration',
    edits: [{ file: 'kiosk-window.ts', find: 'nodeIntegration: false', replace: 'nodeIntegration: true' }],
    title: '2. no Node.js',
  },
]
