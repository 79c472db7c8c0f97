import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { DEMO_TENANT_ID } from '../../demo/identity-provider/staff-accounts.ts'
import { openScreenLink } from '../../demo/screen-link.ts'
import { type HelperWorld, openHelperWorld } from './helper-world.ts'

const KIOSKCTL = join(import.meta.dirname, '..', '..', 'dist', 'helper', 'kioskctl.mjs')

type Tenant = { name: string; entraLike: boolean; place: string; person: number; options: string[] }

/** Each with a provider of its own. They differ in their bundles, and in nothing that is built. */
const TENANTS: readonly Tenant[] = [
  {
    name: 'Contoso',
    entraLike: true,
    place: 'Building 4',
    person: 0,
    options: ['--provider', 'entra', '--tenant-id', DEMO_TENANT_ID, '--language', 'en'],
  },
  {
    name: 'Fabrikam',
    entraLike: false,
    place: 'Werk Nord',
    person: 1,
    options: ['--provider', 'oidc', '--language', 'de', '--require-claim', 'sub=samira-haddad'],
  },
  {
    name: 'Northwind',
    entraLike: false,
    place: 'Le Havre',
    person: 2,
    options: ['--provider', 'oidc', '--language', 'fr', '--language', 'ar'],
  },
]

describe('one build for several tenants', () => {
  const worlds: HelperWorld[] = []
  afterEach(async () => {
    await Promise.all(worlds.splice(0).map((world) => world.close()))
  })

  async function runBundle(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [KIOSKCTL, 'bundle', ...args])
    return stdout
  }

  /** What an operator does, and what only a test does: no vault of a test machine is good enough for production. */
  async function installBundle({ folders, provider }: HelperWorld, { name, place, options }: Tenant): Promise<void> {
    const caPath = join(folders.work, 'tenant-ca.pem')
    await writeFile(caPath, provider.ca.caPem)
    const tenant = ['--brand', `${name} Reception`, '--issuer', provider.issuer, '--client-id', provider.clientId]
    const site = ['--site', place, '--device', `${hostname()}=${name} desk`]
    await runBundle('create', folders.bundle, '--force', ...tenant, ...site, ...options, '--ca', caPath)
    const path = join(folders.bundle, 'kiosk.json')
    const content = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...content, development: true }))
  }

  async function signIn(tenant: Tenant) {
    const world = await openHelperWorld({ entraLike: tenant.entraLike })
    worlds.push(world)
    await installBundle(world, tenant)
    await world.startHelper()
    const screen = await openScreenLink(world.folders.runtime)
    try {
      await screen.press({ kind: 'touch' })
      const { session } = await world.watch.until('awaitingApproval')
      await world.provider.approve(session.userCode, world.provider.staff[tenant.person])
      await world.watch.until('confirming')
      await screen.press({ kind: 'confirmPresence', generation: session.generation })
      const signedIn = await world.watch.until('signedIn')
      return { codePrefilled: session.codePrefilled, signedIn }
    } finally {
      screen.close()
    }
  }

  it('signs people in at three tenants at once, each with its own provider, brand, place and languages', async () => {
    const seen = await Promise.all(TENANTS.map(signIn))
    const said = seen.map(({ codePrefilled, signedIn: { device, display, session } }) => {
      expect(device.id).toBe(hostname())
      const { brand, kioskName, place, languages } = display
      return [brand.name, kioskName, place, languages.join(), session.displayName, codePrefilled]
    })
    expect(said).toEqual([
      ['Contoso Reception', 'Contoso desk', 'Building 4', 'en', 'Alex Morgan', false],
      ['Fabrikam Reception', 'Fabrikam desk', 'Werk Nord', 'de', 'Samira Haddad', true],
      ['Northwind Reception', 'Northwind desk', 'Le Havre', 'fr,ar', 'Jonas Weber', true],
    ])
    for (const { provider } of worlds) {
      const codes = provider.journal.requests.filter(
        ({ path }) => path.includes('devicecode') || path === '/device/auth',
      )
      expect(codes).toHaveLength(1)
    }
  })
})
