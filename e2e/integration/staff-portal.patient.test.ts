/** The built portal as its operator starts it: settings, secret files, a wrong origin, an end. The journey is in the specs. */
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
