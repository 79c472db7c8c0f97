/** The built kiosk and a company's portal: what a person's no, a late yes and a second scan do. The built portal itself. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { PageWalker } from '../../demo/staff-portal/page-walker.ts'
import { openPortalHelperWorld, type PortalHelperWorld } from './helper-world.ts'

let world: PortalHelperWorld
afterEach(() => world.close())

/** Starts a kiosk, and scans its code. */
async function scan(options: Parameters<typeof openPortalHelperWorld>[0] = {}) {
  world = await openPortalHelperWorld(options)
  await world.startHelper()
  const { session } = await world.watch.until('awaitingApproval')
  const walker = new PageWalker()
  await walker.open(session.qrText)
  expect(walker.page.html).toContain(session.userCode)
  return { walker, session }
}

/** Presses through to the page that asks for the approval. */
async function signInAtCompany(walker: PageWalker, name = 'Samira Haddad'): Promise<void> {
  await walker.press('Yes, continue')
  await walker.press(name)
  expect(walker.page.heading).toBe(`Sign in as ${name}?`)
}

describe('a kiosk whose people sign in at their company’s portal', () => {
  it('asks the person whom the portal signed in, and is not moved by a second scan of the used code', async () => {
    const { walker, session } = await scan()
    await signInAtCompany(walker)
    expect((await walker.press('Yes, sign me in')).heading).toBe('The kiosk has your sign-in')
    const confirming = await world.watch.until('confirming')
    expect(confirming.session.displayName).toBe('Samira Haddad')

    const second = new PageWalker()
    await second.open(session.qrText)
    // The page posts the code by a script; without one there is a button.
    await second.press('Continue')
    expect(second.page.html).toContain('That code was used before')
    const { origin } = world.provider.portal
    const parameters = { iss: world.provider.issuer, target_link_uri: session.qrText }
    await second.open(`${origin}/login/initiate?${new URLSearchParams(parameters)}`)
    await signInAtCompany(second, 'Jonas Weber')
    expect((await second.press('Yes, sign me in')).heading).toBe('That code was used before')
    expect(world.provider.journal.approvals.map(({ accountId }) => accountId)).toEqual(['samira-haddad'])
  })

  it.each([
    ['before the login', async () => {}],
    ['after the login', (walker: PageWalker) => signInAtCompany(walker)],
  ])('says that the sign-in was declined at the portal, %s', async (_when, walkOn) => {
    const { walker } = await scan()
    await walkOn(walker)
    expect((await walker.press('Cancel')).heading).toBe('Sign-in cancelled')
    const trouble = await world.watch.until('trouble')
    expect(trouble.session.code).toBe('sign-in-declined')
    expect(world.provider.journal.approvals).toEqual([])
  })

  it('goes on with its fresh code when somebody approves one that has run out', async () => {
    const { walker, session } = await scan({ codeLifetimeSeconds: 10 })
    await signInAtCompany(walker)
    await world.watch.until('awaitingApproval', { test: (later) => later.session.generation > session.generation })
    expect((await walker.press('Yes, sign me in')).heading).toBe('That code has run out')
    expect(world.provider.journal.approvals).toEqual([])
  })
})

describe('the built portal', () => {
  const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'fleet', 'staff-portal.mjs')

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    return port
  }

  async function start(path: string, caPath: string): Promise<{ child: ChildProcess; said: Promise<string> }> {
    const environment = { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: caPath }
    const child = spawn(process.execPath, [PROGRAM, path], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const said = Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]).then(([chunk]) => String(chunk))
    return { child, said }
  }

  it('serves its pages from settings and secret files, says what is wrong with them, and ends when it is told', async () => {
    world = await openPortalHelperWorld()
    const folder = await mkdtemp(join(tmpdir(), 'staff-portal-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const { kioskProvider, company } = world.provider.portal.settings
    const caPath = join(folder, 'ca.pem')
    await writeFile(caPath, world.provider.ca.caPem)
    for (const [name, { clientSecret }] of Object.entries({ kioskProvider, company })) {
      await writeFile(join(folder, `${name}.secret`), clientSecret)
    }
    const port = await freePort()
    const origin = `http://localhost:${port}`
    const written = {
      origin,
      port,
      brand: 'Contoso',
      kioskProvider: { ...kioskProvider, clientSecret: { file: 'kioskProvider.secret' } },
      company: { ...company, clientSecret: { file: 'company.secret' } },
    }
    const path = join(folder, 'portal.json')
    await writeFile(path, JSON.stringify({ ...written, origin: 'http://sign-in.contoso.example' }))
    const refused = await start(path, caPath)
    expect(await refused.said).toMatch(/takes https:\/\/HOST[\s\S]*at origin/)
    expect(refused.child.exitCode ?? (await once(refused.child, 'exit'))[0]).toBe(1)

    await writeFile(path, JSON.stringify(written))
    const portal = await start(path, caPath)
    expect(await portal.said).toContain('"event":"listening"')
    const parameters = { iss: kioskProvider.issuer, target_link_uri: `${kioskProvider.devicePage}?user_code=BCDF-GHJK` }
    const { headers } = await new PageWalker().ask(`${origin}/login/initiate?${new URLSearchParams(parameters)}`)
    // On loopback in the clear the cookie cannot be a __Host- one.
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^sign-in=[\w-]{43}; Max-Age=300; Path=\/; HttpOnly; Same/),
    ])
    expect((await fetch(`${origin}/portal.css`)).headers.get('content-type')).toBe('text/css; charset=utf-8')
    portal.child.kill('SIGTERM')
    expect((await once(portal.child, 'exit'))[0]).toBe(0)
  })
})
