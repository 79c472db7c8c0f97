/** What the kiosk knows of its provider: discovery document and key set, kept over restarts. Holds no secret. */
import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import type { ServerMetadata } from 'openid-client'
import { z } from 'zod'
import type { Log } from '../log.ts'
import { type KeptDocument, keepDocument } from './kept-document.ts'

/** From this age on each is fetched again behind. Keys rotate; a key that is missing is fetched at once anyway. */
const STALE_MS = { metadata: 3_600_000, keySet: 300_000 }

/** Spelt as every request of the library will spell it, so that the two can be compared. */
const endpoint = z.url().transform((url) => new URL(url).href)
const metadataSchema = z.looseObject({
  issuer: z.string(),
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  device_authorization_endpoint: endpoint,
})
const keySetSchema = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) })
const dated = <T extends z.ZodType>(value: T) => z.object({ fetchedAtEpochMs: z.number(), value }).nullable()

const fileSchema = z.object({
  issuer: z.string(),
  clientId: z.string(),
  metadata: dated(metadataSchema),
  keySet: dated(keySetSchema),
})

export type KeySet = z.infer<typeof keySetSchema>

export type ProviderKnowledge = {
  metadata: KeptDocument<z.infer<typeof metadataSchema>>
  keySet: KeptDocument<KeySet>
  /** Resolves when everything noted so far is on file. */
  settled(): Promise<void>
}

/** The same document, as openid-client names its type. */
export function asServerMetadata(metadata: z.infer<typeof metadataSchema>): ServerMetadata {
  return metadata as ServerMetadata
}

type Owner = { issuer: string; clientId: string }

function restore(path: string, { issuer, clientId }: Owner, log: Log) {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    // At the first start of a boot nothing was kept yet; any other fault costs a round trip and is worth a line.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn({ err: error, path }, 'what was kept cannot be read')
    return null
  }
  const kept = fileSchema.safeParse(parseJson(text))
  if (kept.success && kept.data.issuer === issuer && kept.data.clientId === clientId) {
    if ((kept.data.metadata?.value.issuer ?? issuer) === issuer) return kept.data
  }
  log.warn({ path }, 'what was kept of the provider is of another one, or damaged; it is fetched anew')
  return null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * @param path of a file in a folder that only the helper's account may write to; null keeps nothing over a restart
 */
export function keepProviderKnowledge(options: {
  owner: Owner
  fetchMetadata: () => Promise<unknown>
  fetchKeySet: () => Promise<unknown>
  path: string | null
  log: Log
}): ProviderKnowledge {
  const { owner, path, log } = options
  const restored = path === null ? null : restore(path, owner, log)
  let writing: Promise<void> = Promise.resolve()

  async function write(to: string): Promise<void> {
    const content = { ...owner, metadata: metadata.known(), keySet: keySet.known() }
    // Atomic: a crash leaves the old file or the new one.
    await writeFile(`${to}.new`, JSON.stringify(content), { mode: 0o600 })
    await rename(`${to}.new`, to)
  }

  function onChange(): void {
    if (path === null) return
    writing = writing
      .then(() => write(path))
      .catch((error: unknown) => log.warn({ err: error }, 'what is known of the provider cannot be kept'))
  }

  const metadata = keepDocument({
    name: 'discovery document',
    schema: metadataSchema,
    fetch: options.fetchMetadata,
    staleMs: STALE_MS.metadata,
    restored: restored?.metadata ?? null,
    onChange,
    log,
  })
  const keySet = keepDocument({
    name: 'key set',
    schema: keySetSchema,
    fetch: options.fetchKeySet,
    staleMs: STALE_MS.keySet,
    restored: restored?.keySet ?? null,
    onChange,
    log,
  })
  return { metadata, keySet, settled: () => writing }
}
