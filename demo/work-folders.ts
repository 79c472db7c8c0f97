/** Folders for one run of a kiosk on a laptop, all of them removed afterwards. Keeps the vault's folder in memory. */
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_TENANT_ID } from './identity-provider/staff-accounts.ts'
import { mountVault } from './vault-mount.ts'

/** The kiosk “Main lobby” in Building 4. */
export const DEMO_DEVICE_ID = 'DR-0042'

const TMPFS_MAGIC = 0x01021994

export type WorkFolders = {
  /** Everything that is not a secret; on disk or not. */
  work: string
  /** KIOSK_RUNTIME_DIR, on tmpfs where the system has one. */
  runtime: string
  /** KIOSK_BUNDLE_DIR. */
  bundle: string
  /** KIOSK_TRUST_DIR; not there until somebody pins a key. */
  trust: string
  /** KIOSK_DEVICE_DIR; empty until somebody puts a certificate there. */
  device: string
  /** KIOSK_STATE_DIR, the same over every restart of a run. */
  state: string
  remove(): Promise<void>
}

async function isTmpfs(folder: string): Promise<boolean> {
  return statfs(folder).then(
    ({ type }) => type === TMPFS_MAGIC,
    () => false,
  )
}

/** A tmpfs that this account may write to without mounting anything. */
async function findTmpfs(): Promise<string> {
  const candidates = [process.env.XDG_RUNTIME_DIR, '/dev/shm', tmpdir()]
  for (const folder of candidates) if (folder && (await isTmpfs(folder))) return folder
  if (process.platform !== 'linux') return tmpdir()
  throw new Error('no tmpfs to keep the vault on: set XDG_RUNTIME_DIR to a folder on one')
}

/** @param runtimeParent where the runtime folder goes; a test may want a disk */
export async function makeWorkFolders(runtimeParent?: string): Promise<WorkFolders> {
  const work = await mkdtemp(join(tmpdir(), 'kiosk-'))
  const runtime = await mkdtemp(join(runtimeParent ?? (await findTmpfs()), 'kiosk-'))
  const bundle = join(work, 'bundle')
  await mkdir(bundle)
  const device = join(work, 'device')
  await mkdir(device, { mode: 0o700 })
  const state = join(work, 'state')
  await mkdir(state, { mode: 0o700 })
  // A test that wants a disk wants no tmpfs on top of it.
  const unmount = runtimeParent === undefined ? await mountVault(join(runtime, 'vault')) : null
  return {
    work,
    runtime,
    bundle,
    trust: join(work, 'trust'),
    device,
    state,
    async remove() {
      // A browser may still be writing its last files while it goes away.
      const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }
      await unmount?.()
      await rm(runtime, options)
      await rm(work, options)
    },
  }
}

export type DemoBundle = {
  issuer: string
  clientId: string
  caPem: string
  entraLike: boolean
  session?: Record<string, unknown>
  vault?: Record<string, unknown>
  screen?: Record<string, unknown>
  /** More of these, or others than the demo's. */
  identity?: Record<string, unknown>
  network?: Record<string, unknown>
  access?: Record<string, unknown>
  activation?: Record<string, unknown>
  remoteControl?: Record<string, unknown>
  attestation?: Record<string, unknown>
  /** Ids and names of a fleet, each of which its certificate tells; else the one kiosk. */
  devices?: Readonly<Record<string, string>>
  /** What is hosted after sign-in. */
  app?: Record<string, unknown>
}

/** Writes the bundle of the demo's kiosk "Main lobby" in Building 4. */
export async function writeDemoBundle(folder: string, bundle: DemoBundle): Promise<void> {
  const { issuer, clientId, caPem, entraLike, session, vault, screen, identity, network, access, activation } = bundle
  const { attestation, remoteControl, devices, app } = bundle
  await writeFile(join(folder, 'ca.pem'), caPem)
  const config = {
    version: 1,
    development: true,
    device: devices ? {} : { id: DEMO_DEVICE_ID },
    sites: [{ place: 'Building 4', devices: devices ?? { [DEMO_DEVICE_ID]: 'Main lobby' } }],
    brand: { name: 'Contoso Reception' },
    identity: {
      provider: entraLike ? 'entra' : 'oidc',
      issuer,
      clientId,
      tenantId: DEMO_TENANT_ID,
      ...identity,
    },
    ...(access && { access }),
    ...(activation && { activation }),
    ...(remoteControl && { remoteControl }),
    ...(attestation && { attestation }),
    ...(app && { app }),
    ...(vault && { vault }),
    ...(screen && { screen }),
    session: { start: 'always', ...session },
    network: { trustedCaFiles: ['ca.pem'], ...network },
  }
  await writeFile(join(folder, 'kiosk.json'), `${JSON.stringify(config, null, 2)}\n`)
}
