/** A bundle folder, a trust folder and a state folder for one test, with a key to sign with. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { listBundleFiles, openBundleFolder } from '../config/bundle-files.ts'
import { type BundlePlaces, type FoundBundle, findBundle } from '../config/find-bundle.ts'
import { SIGNATURE_FILE } from './bundle-payload.ts'
import { KEYS_FILE } from './read-trust.ts'
import { makeSigningKey, type SigningKey, signBundle } from './sign-bundle.ts'

export const GOOD_CONFIG = {
  version: 1,
  device: { id: 'DR-0042' },
  brand: { name: 'Contoso' },
  identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' },
}

export type BundleStage = {
  places: BundlePlaces
  key: SigningKey
  publicJwk: JWK
  write(changes: object): Promise<void>
  put(name: string, content: string): Promise<void>
  /** What lies in the bundle folder now. */
  sign(version: number, key?: SigningKey): Promise<void>
  pin(...keys: JWK[]): Promise<void>
  /** @returns the brand that would run, and the codes of what is refused */
  find(): Promise<{ runs: string | null; refused: string[] }>
  found(): Promise<FoundBundle>
  remove(): Promise<void>
}

export async function makeBundleStage(): Promise<BundleStage> {
  const work = await mkdtemp(join(tmpdir(), 'kiosk-trust-'))
  const places = {
    bundleFolder: join(work, 'bundle'),
    trustFolder: join(work, 'trust'),
    deviceFolder: join(work, 'device'),
    stateFolder: join(work, 'state'),
    isPackaged: false,
  }
  for (const folder of [places.bundleFolder, places.trustFolder]) await mkdir(folder, { mode: 0o755 })
  await mkdir(places.stateFolder, { mode: 0o700 })
  const { privateJwk, publicJwk } = await makeSigningKey('EdDSA')
  const stageKey = privateJwk
  const put = (name: string, content: string) => writeFile(join(places.bundleFolder, name), content, { mode: 0o644 })
  const found = () => findBundle(places)
  const stage: BundleStage = {
    places,
    key: stageKey,
    publicJwk,
    put,
    found,
    write: (changes) => put('kiosk.json', JSON.stringify({ ...GOOD_CONFIG, ...changes })),
    async sign(version, key = stageKey) {
      const source = openBundleFolder(places.bundleFolder)
      const names = await listBundleFiles(places.bundleFolder)
      for (const name of names) if (name !== SIGNATURE_FILE) await source.read(name)
      await put(SIGNATURE_FILE, await signBundle(source.used(), { key, version, issuedAt: new Date() }))
    },
    pin: (...keys) => writeFile(join(places.trustFolder, KEYS_FILE), JSON.stringify({ keys }), { mode: 0o644 }),
    async find() {
      const { runnable, refused } = await found()
      return { runs: runnable?.bundle.config.brand.name ?? null, refused: refused.map(({ code }) => code) }
    },
    remove: () => rm(work, { recursive: true }),
  }
  await stage.write({})
  return stage
}
