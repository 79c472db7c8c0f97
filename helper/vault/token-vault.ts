/** Keeps one session's tokens where a crash or a wipe destroys them. Never writes to disk, never logs a value. */
import { mkdir, readdir } from 'node:fs/promises'
import { KioskError } from '../../contract/kiosk-error.ts'
import { type SessionTokens, sessionTokensSchema } from '../oauth/session-tokens.ts'
import { emptyFolder, RECORD_LIMIT_BYTES, readRecordFile, replaceRecordFile } from './record-file.ts'
import { deriveSealKey, freshSecret, openRecord, sealRecord } from './sealed-record.ts'
import { checkMemoryFolder } from './tmpfs-check.ts'

/** Whose vault it is; every record is bound to it. */
export type VaultOwner = { deviceId: string; tenant: string }

/** One session's tokens at a time. Calls are carried out one after the other. */
export type TokenVault = {
  kind: 'tmpfs' | 'ramfs' | 'memory'
  /** @throws KioskError `vault-record-too-large`; the record before it is still there then */
  store(generation: number, tokens: SessionTokens): Promise<void>
  /** @throws KioskError `vault-record-damaged` for a record of another generation, or written by somebody else */
  read(generation: number): Promise<SessionTokens | null>
  /**
   * Afterwards nothing is readable, whoever stored it, nor any copy of it. May be repeated.
   *
   * @throws KioskError `vault-wipe-unproven` when a look afterwards still finds something
   */
  wipe(): Promise<void>
}

/** Where sealed bytes lie. */
type RecordStore = {
  write(sealed: Buffer): Promise<void>
  read(): Promise<Buffer | null>
  /** @returns what is still there afterwards */
  clear(): Promise<string[]>
}

const RECORD_FILE = 'session.sealed'

/** Carries out what it is given one after the other. */
function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next
    return next
  }
}

/** @param deviceKey mixed into every session's key; empty where the device has none */
function openVaultOn(
  store: RecordStore,
  kind: TokenVault['kind'],
  { owner, deviceKey }: { owner: VaultOwner; deviceKey: Buffer },
): TokenVault {
  const queue = inTurn()
  /** Of the session that is stored: made with its first record, forgotten with its wipe. */
  let sessionKey: Buffer | null = null

  function startSession(): Buffer {
    const secret = freshSecret()
    sessionKey = deriveSealKey('session', secret, deviceKey)
    secret.fill(0)
    return sessionKey
  }

  function endSession(): void {
    sessionKey?.fill(0)
    sessionKey = null
  }

  const bindingOf = (generation: number) => ({ purpose: 'session' as const, ...owner, generation })
  return {
    kind,
    store: (generation, tokens) =>
      queue(async () => {
        const plaintext = Buffer.from(JSON.stringify(tokens))
        try {
          const isFirst = sessionKey === null
          await store
            .write(sealRecord(sessionKey ?? startSession(), bindingOf(generation), plaintext))
            .catch((error) => {
              if (isFirst) endSession()
              throw error
            })
        } finally {
          plaintext.fill(0)
        }
      }),
    read: (generation) =>
      queue(async () => {
        const sealed = await store.read()
        if (!sealed && !sessionKey) return null
        if (!sealed) throw new KioskError('vault-record-damaged', 'the session’s record is gone from the vault')
        if (!sessionKey) throw new KioskError('vault-record-damaged', 'a record lies in the vault without a session')
        const plaintext = openRecord(sessionKey, bindingOf(generation), sealed)
        try {
          return sessionTokensSchema.parse(JSON.parse(plaintext.toString()))
        } finally {
          plaintext.fill(0)
        }
      }),
    wipe: () =>
      queue(async () => {
        // The key first: from here on every copy of the record is noise, however far the rest gets.
        endSession()
        const left = await store.clear()
        if (left.length === 0) return
        throw new KioskError('vault-wipe-unproven', `after a wipe the vault still holds ${left.join(', ')}`)
      }),
  }
}

/**
 * Makes the vault's folder where it does not exist, with mode 0700, and looks whether it may hold secrets.
 *
 * @throws KioskError `vault-not-tmpfs`, `vault-wrong-owner`, `vault-wrong-mode`: then nothing may be kept there
 */
export async function prepareVaultFolder(folder: string): Promise<'tmpfs' | 'ramfs'> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') {
      throw new KioskError('vault-not-tmpfs', `the vault folder ${folder} cannot be made`, { cause: error })
    }
  })
  return checkMemoryFolder(folder)
}

/**
 * The vault in a folder that `prepareVaultFolder` has passed. Whatever lies in it is removed: no earlier process left the
 * key to it.
 *
 * @returns the vault, and whether something was found, which means that an earlier session ended by a crash
 */
export async function openTokenVault(
  folder: string,
  kind: 'tmpfs' | 'ramfs',
  whose: { owner: VaultOwner; deviceKey: Buffer },
): Promise<{ vault: TokenVault; foundLeftover: boolean }> {
  const leftovers = await emptyFolder(folder)
  const store: RecordStore = {
    write: (sealed) => replaceRecordFile(folder, RECORD_FILE, sealed),
    read: () => readRecordFile(folder, RECORD_FILE),
    async clear() {
      await emptyFolder(folder)
      return readdir(folder)
    },
  }
  return { vault: openVaultOn(store, kind, whose), foundLeftover: leftovers > 0 }
}

/** For systems without tmpfs (Windows, macOS): sealed all the same, in this process's memory only. */
export function openMemoryVault(whose: { owner: VaultOwner; deviceKey: Buffer }): TokenVault {
  let record: Buffer | null = null
  const store: RecordStore = {
    async write(sealed) {
      if (sealed.length > RECORD_LIMIT_BYTES) {
        throw new KioskError('vault-record-too-large', `the tokens take ${sealed.length} bytes`)
      }
      record = sealed
    },
    read: async () => record,
    async clear() {
      record?.fill(0)
      record = null
      return []
    },
  }
  return openVaultOn(store, 'memory', whose)
}
