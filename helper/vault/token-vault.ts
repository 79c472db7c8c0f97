/** Keeps one session's tokens where a crash or a wipe destroys them. Never writes to disk, never logs a value. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'
import { type SessionTokens, sessionTokensSchema } from '../oauth/session-tokens.ts'
import { deriveVaultKey, openRecord, type SealBinding, sealRecord } from './sealed-record.ts'
import { checkMemoryFolder } from './tmpfs-check.ts'

/** Whose vault it is; every record is bound to it. */
export type VaultOwner = Omit<SealBinding, 'generation'>

/** One session's tokens at a time. Calls are carried out one after the other. */
export type TokenVault = {
  kind: 'tmpfs' | 'ramfs' | 'memory'
  /** True when a record of an earlier process was found, and wiped, at opening: that session ended by a crash. */
  foundLeftover: boolean
  store(generation: number, tokens: SessionTokens): Promise<void>
  /** @throws KioskError `vault-record-damaged` for a record of another generation, or written by somebody else */
  read(generation: number): Promise<SessionTokens | null>
  /** Afterwards nothing is readable, whoever stored it. May be repeated. */
  wipe(): Promise<void>
}

const RECORD_FILE = 'session.sealed'

function encode(tokens: SessionTokens): Buffer {
  return Buffer.from(JSON.stringify(tokens))
}

function decode(plaintext: Buffer): SessionTokens {
  return sessionTokensSchema.parse(JSON.parse(plaintext.toString()))
}

function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next
    return next
  }
}

/** Removes whatever is in the folder: nothing of an earlier process can be opened, so nothing is worth keeping. */
async function emptyFolder(folder: string): Promise<number> {
  const names = await readdir(folder)
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true })
  return names.length
}

/** Atomic: a reader, or a power cut, meets the old record or the new one. */
async function replaceFile(folder: string, name: string, content: Buffer): Promise<void> {
  const temporary = join(folder, `${name}.${randomBytes(6).toString('hex')}.new`)
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(content)
  } finally {
    await file.close()
  }
  await rename(temporary, join(folder, name))
}

/**
 * Opens the vault in a folder on tmpfs or ramfs, which is made with mode 0700 where it does not exist.
 *
 * @throws KioskError `vault-not-tmpfs`, `vault-wrong-owner`, `vault-wrong-mode`: then nothing may be kept there
 */
export async function openTokenVault(folder: string, owner: VaultOwner): Promise<TokenVault> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') {
      throw new KioskError('vault-not-tmpfs', `the vault folder ${folder} cannot be made`, { cause: error })
    }
  })
  const kind = await checkMemoryFolder(folder)
  const leftovers = await emptyFolder(folder)
  const key = deriveVaultKey(randomBytes(32))
  const path = join(folder, RECORD_FILE)
  const queue = inTurn()
  return {
    kind,
    foundLeftover: leftovers > 0,
    store: (generation, tokens) =>
      queue(() => replaceFile(folder, RECORD_FILE, sealRecord(key, { ...owner, generation }, encode(tokens)))),
    read: (generation) =>
      queue(async () => {
        const sealed = await readFile(path).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return null
          throw error
        })
        return sealed && decode(openRecord(key, { ...owner, generation }, sealed))
      }),
    wipe: () =>
      queue(async () => {
        await emptyFolder(folder)
      }),
  }
}

/** For systems without tmpfs (Windows, macOS): sealed all the same, in this process's memory only. */
export function openMemoryVault(owner: VaultOwner): TokenVault {
  const key = deriveVaultKey(randomBytes(32))
  let sealed: Buffer | null = null
  return {
    kind: 'memory',
    foundLeftover: false,
    async store(generation, tokens) {
      sealed = sealRecord(key, { ...owner, generation }, encode(tokens))
    },
    async read(generation) {
      return sealed && decode(openRecord(key, { ...owner, generation }, sealed))
    },
    async wipe() {
      sealed?.fill(0)
      sealed = null
    },
  }
}
