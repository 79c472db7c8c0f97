/** The list of a package's program files with their hashes, signed where a release key is given. The last thing that is laid. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CompactSign, importJWK } from 'jose'
import { listProgram, MANIFEST_FILES, MANIFEST_TYPE } from '../../helper/program/program-manifest.ts'
import { readPrivateKey } from '../../helper/trust/sign-bundle.ts'
import { readBuildStamp } from './build-stamp.mjs'

/** Path of a private key as `kioskctl bundle keygen` writes it; its public half is pinned as `release-keys.json`. */
export const RELEASE_KEY_VARIABLE = 'KIOSK_RELEASE_KEY'

async function sign(manifest, keyPath) {
  const key = await readPrivateKey(keyPath)
  return new CompactSign(new TextEncoder().encode(JSON.stringify(manifest)))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: MANIFEST_TYPE })
    .sign(await importJWK(key, key.alg))
}

/**
 * @param {string} resources where helper, Node and PM2 lie already, as they will be shipped
 * @throws where a file of the program is a link, or cannot be read
 */
export async function writeManifest(resources, environment = process.env) {
  const found = await listProgram(resources)
  const files = [...found]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, file]) => {
      if ('fault' in file) throw new Error(`${join(resources, path)} is ${file.fault}, and cannot be vouched for`)
      return [path, file.hash]
    })
  const manifest = { version: readBuildStamp(environment).version, files: Object.fromEntries(files) }
  for (const name of Object.values(MANIFEST_FILES)) rmSync(join(resources, name), { force: true })
  const keyPath = environment[RELEASE_KEY_VARIABLE]
  if (keyPath) writeFileSync(join(resources, MANIFEST_FILES.signed), `${await sign(manifest, keyPath)}\n`)
  else writeFileSync(join(resources, MANIFEST_FILES.unsigned), `${JSON.stringify(manifest)}\n`)
}
