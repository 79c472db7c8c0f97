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

function settle<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function openStore(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE)
  const database = await settle(opening)
  const transaction = database.transaction(STORE, mode)
  transaction.oncomplete = () => database.close()
  return transaction.objectStore(STORE)
}

async function describe({ privateKey, publicKey }: CryptoKeyPair): Promise<OrderKey> {
  const { kty = '', crv = '', x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey)
  const keyId = await calculateJwkThumbprint({ kty, crv, x, y })
  return {
    signer: { keyId, algorithm: 'ES256', key: privateKey as JoseKey },
    publicJwk: { kty, crv, x, y, kid: keyId, alg: 'ES256', use: 'sig' },
  }
}

/** @returns null where there is none yet */
export async function readOrderKey(): Promise<OrderKey | null> {
  const kept: CryptoKeyPair | undefined = await settle((await openStore('readonly')).get(ORDER_KEY))
  return kept ? describe(kept) : null
}

/** Takes the place of the one before, which then signs nothing more. */
export async function makeOrderKey(): Promise<OrderKey> {
  const pair = await crypto.subtle.generateKey(KIND, false, ['sign', 'verify'])
  await settle((await openStore('readwrite')).put(pair, ORDER_KEY))
  return describe(pair)
}
