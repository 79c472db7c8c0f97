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

/** A rule is an entry of a table, `'new windows': (contents) => …`, up to the next one, its comment or the table's end. */
const ruleNamed = (name: string) =>
  new RegExp(String.raw`(?<=\n {2})('?)(${name})\1: \((?=[a-z{])[^]*?(?=\n {2}[\w'/]|\n\})`, 'g')

const withoutRule = (file: string, name: string, instead: string): Edit => ({
  file,
  find: ruleNamed(name),
  replace: `'${name}': ${instead},`,
})

const DOES_NOTHING = '() => undefined'
const HOLDS_ALWAYS = '() => true'
const without = (name: string) => withoutRule('lockdown.ts', name, DOES_NOTHING)

const BEHIND: Readonly<Record<string, readonly Edit[]>> = {
  'new windows': [NO_SANDBOX],
  downloads: [NO_SANDBOX],
  frames: [ANY_FRAME],
}

/** Read from the source, so that no rule can be forgotten here. */
function namedRules(file: string, instead: string): Mutation[] {
  const source = readFileSync(join(import.meta.dirname, '../../electron', file), 'utf8')
  return [...source.matchAll(ruleNamed("[^'\\n:]+"))].map(([, , name = '']) => ({
    name,
    title: `${name}: `,
    edits: [withoutRule(file, name, instead)],
    ...(BEHIND[name] && { behind: BEHIND[name] }),
  }))
}

/** What the window asks of Electron, turned round. */
const preference = (name: string, value: boolean): Mutation => ({
  name: `window: ${name}`,
  edits: [{ file: 'page-preferences.ts', find: `${name}: ${value},`, replace: `${name}: ${!value},` }],
  title: `the window asks for: ${name}`,
})

const ANY_MESSAGE: Edit = {
  file: 'bridge.ts',
  find: /if \(!parsed\.success\) throw[^\n]*\n\s+return handle\(\.\.\.\(parsed\.data[^\n]*/,
  replace: "return handle(...(args as z.output<C['params']>))",
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
  ...namedRules('lockdown.ts', DOES_NOTHING),
  ...namedRules('api-token.ts', HOLDS_ALWAYS),
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
  policy('workers', directive('worker-src', "worker-src 'self'"), 'refuses a worker'),
  policy('service workers', directive('worker-src', "worker-src 'self'"), 'refuses a service worker'),
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
    name: 'addresses that are scripts',
    edits: [directive('script-src', "script-src 'self' 'unsafe-inline'")],
    title: 'a page of the kiosk’s goes to no javascript:',
  },
  {
    name: 'external addresses',
    edits: [without('permissions asked for')],
    title: 'external addresses: ',
    behind: [without('navigation'), without('frames')],
  },
  {
    name: 'drag and drop',
    edits: [{ file: 'page-preferences.ts', find: 'navigateOnDragDrop: false', replace: 'navigateOnDragDrop: true' }],
    title: 'drag and drop: ',
  },
  { name: 'context menu by a key', edits: [without('dead keys')], title: 'context menu: ' },
  {
    name: 'sender of a call',
    edits: [{ file: 'bridge.ts', find: '    checkSender(event)\n', replace: '' }],
    title: 'the bridge answers no page',
  },
  {
    name: 'frame of a call',
    edits: [{ file: 'bridge.ts', find: 'frame?.parent === null && isKioskUrl', replace: 'frame && isKioskUrl' }],
    title: 'the bridge answers no frame',
  },
  { name: 'schema of a call', edits: [ANY_MESSAGE], title: 'the bridge refuses whatever' },
  { name: 'prototypes over the bridge', edits: [ANY_MESSAGE], title: 'the bridge hands the helper nothing' },
  {
    name: 'files of the renderer alone',
    edits: [{ file: 'kiosk-page.ts', find: '!path.startsWith(folder + sep) || ', replace: '' }],
    title: '18. no file:',
  },
  {
    name: 'switches of a packaged shell',
    edits: [{ file: 'main.ts', find: '...refusedSwitches(argv.slice(1), platform), ', replace: '' }],
    title: 'switches: ',
  },
  {
    name: 'variables of a packaged shell',
    edits: [{ file: 'main.ts', find: ', ...refusedVariables(env, platform)', replace: '' }],
    title: 'variables: ',
  },
  {
    name: 'forms that lead away',
    edits: [without('navigation')],
    title: 'navigation: leads nowhere by a form',
    behind: [NO_SANDBOX, directive('form-action', 'form-action *')],
  },
  // That the rules are applied at all.
  { name: 'locked app', edits: [{ file: 'main.ts', find: 'lockApp(', replace: 'void (' }], title: 'gestures: ' },
  {
    name: 'locked session',
    edits: [{ file: 'main.ts', find: 'lockSession(kioskSession', replace: 'void (kioskSession' }],
    title: 'permissions looked up: ',
  },
  {
    name: 'locked pages',
    edits: [{ file: 'main.ts', find: "'web-contents-created'", replace: "'before-quit'" }],
    title: 'navigation: leads nowhere by',
  },
  preference('sandbox', true),
  preference('contextIsolation', true),
  preference('nodeIntegration', false),
  preference('webviewTag', false),
  preference('devTools', false),
  preference('spellcheck', false),
  preference('navigateOnDragDrop', false),
  preference('disableDialogs', true),
]
