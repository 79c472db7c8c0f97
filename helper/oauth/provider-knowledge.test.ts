import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../log.ts'
import { keepProviderKnowledge, type ProviderKnowledge } from './provider-knowledge.ts'

const OWNER = { issuer: 'https://login.example.com', clientId: 'kiosk' }
const METADATA = {
  issuer: OWNER.issuer,
  token_endpoint: 'https://a.example/token',
  device_authorization_endpoint: 'https://a.example/device',
  jwks_uri: 'https://a.example/keys',
}
const KEY_SET = { keys: [{ kty: 'RSA', kid: 'one' }] }

describe('what is known of the provider', () => {
  let folder: string
  let path: string
  let fetched: string[]
  const opened: ProviderKnowledge[] = []
  const log = createLog('test')
  log.level = 'silent'

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-knowledge-'))
    path = join(folder, 'provider.json')
    fetched = []
  })
  afterEach(async () => {
    for (const knowledge of opened.splice(0)) await knowledge.settled()
    await rm(folder, { recursive: true })
  })

  function open(answers: { metadata?: unknown; keySet?: unknown } = {}, owner = OWNER) {
    const knowledge = keepProviderKnowledge({
      owner,
      path,
      log,
      async fetchMetadata() {
        fetched.push('metadata')
        return 'metadata' in answers ? answers.metadata : METADATA
      },
      async fetchKeySet() {
        fetched.push('keySet')
        return 'keySet' in answers ? answers.keySet : KEY_SET
      },
    })
    opened.push(knowledge)
    return knowledge
  }

  async function learn(): Promise<void> {
    const knowledge = open()
    await Promise.all([knowledge.metadata.get(), knowledge.keySet.get()])
    await knowledge.settled()
    fetched = []
  }

  async function age(byMs: number): Promise<void> {
    const kept = JSON.parse(await readFile(path, 'utf8'))
    for (const part of [kept.metadata, kept.keySet]) part.fetchedAtEpochMs -= byMs
    await writeFile(path, JSON.stringify(kept))
  }

  it('is fetched once, however many ask', async () => {
    const knowledge = open()
    await Promise.all([knowledge.metadata.get(), knowledge.metadata.get(), knowledge.metadata.get()])
    await knowledge.metadata.get()
    expect(fetched).toEqual(['metadata'])
  })

  it('survives a restart, in a file that others cannot read', async () => {
    await learn()
    const knowledge = open()
    expect(await knowledge.metadata.get()).toEqual(METADATA)
    expect(await knowledge.keySet.get()).toEqual(KEY_SET)
    expect(fetched).toEqual([])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('is refreshed behind once it is stale, and used meanwhile', async () => {
    await learn()
    await age(2 * 3_600_000)
    const newKeys = { keys: [{ kty: 'RSA', kid: 'two' }] }
    const knowledge = open({ keySet: newKeys })
    expect(await knowledge.keySet.get()).toEqual(KEY_SET)
    knowledge.keySet.refreshBehind()
    knowledge.keySet.refreshBehind()
    await expect.poll(() => knowledge.keySet.get()).toEqual(newKeys)
    expect(fetched).toEqual(['keySet'])
  })

  it('is left alone while it is fresh', async () => {
    await learn()
    const knowledge = open()
    knowledge.metadata.refreshBehind()
    expect(fetched).toEqual([])
  })

  it.each<[string, () => Promise<void>]>([
    ['a day old', () => age(25 * 3_600_000)],
    ['from the future, because a clock was set', () => age(-3_600_000)],
    ['half a file', async () => writeFile(path, (await readFile(path, 'utf8')).slice(0, 40))],
    ['something else', () => writeFile(path, '[]')],
  ])('is fetched anew when it is %s', async (_what, spoil) => {
    await learn()
    await spoil()
    expect(await open().metadata.get()).toEqual(METADATA)
    expect(fetched).toEqual(['metadata'])
  })

  it('is not taken from another provider or client', async () => {
    await learn()
    await open({}, { ...OWNER, clientId: 'other' }).metadata.get()
    expect(fetched).toEqual(['metadata'])
  })

  it('keeps nothing that is no such document, and asks again next time', async () => {
    const knowledge = open({ metadata: { issuer: 'x' } })
    await expect(knowledge.metadata.get()).rejects.toMatchObject({ code: 'provider-answer-invalid' })
    await expect(knowledge.metadata.get()).rejects.toThrow()
    expect(fetched).toEqual(['metadata', 'metadata'])
  })

  it('is fetched anew once it is distrusted', async () => {
    const knowledge = open()
    await knowledge.metadata.get()
    knowledge.metadata.distrust()
    await knowledge.metadata.get()
    expect(fetched).toEqual(['metadata', 'metadata'])
  })
})
