/** The browser's own key for orders: made here, kept in IndexedDB, and never to be taken out by anybody. */
import { calculateJwkThumbprint, type CryptoKey as JoseKey } from 'jose'
import type { OrderSigner } from '../orders/sign-order.ts'

const DATABASE = 'fleet-console'
const STORE = 'keys'
const ORDER_KEY = 'orders'
const KIND = { name: 'ECDSA', namedCurve: 'P-256' } as const

export type OrderKey = {
  signer: OrderSigner
  /** To be pinned by kiosks: one entry of `operations-keys.json`. */
  publicJwk: Readonly<Record<string, string>>
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1)
    opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
}

async function inStore<Result>(
  mode: 'readonly' | 'readwrite',
  ask: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const database = await openDatabase()
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' })
      const request = ask(transaction.objectStore(STORE))
      // Not at the request's success: what is not committed is not kept.
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error ?? request.error)
    })
  } finally {
    database.close()
  }
}

async function describe({ privateKey, publicKey }: CryptoKeyPair): Promise<OrderKey> {
  const { kty = '', crv = '', x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey)
  const keyId = await calculateJwkThumbprint({ kty, crv, x, y })
  return {
    signer: { keyId, algorithm: 'ES256', key: privateKey as JoseKey },
    publicJwk: { kty, crv, x, y, kid: keyId, alg: 'ES256', use: 'sig' },
  }
}

/** @returns null where there is none */
export async function readOrderKey(): Promise<OrderKey | null> {
  const kept = await inStore<CryptoKeyPair | undefined>('readonly', (store) => store.get(ORDER_KEY))
  return kept ? describe(kept) : null
}

/** Never takes the place of one that is there, which kiosks may pin: another tab may have been quicker. */
export async function makeOrderKey(): Promise<void> {
  const pair = await crypto.subtle.generateKey(KIND, false, ['sign', 'verify'])
  try {
    await inStore('readwrite', (store) => store.add(pair, ORDER_KEY))
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'ConstraintError')) throw error
  }
}

/** For good: what kiosks pin of it is worth nothing from then on. */
export async function destroyOrderKey(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(ORDER_KEY))
}
