/** The provider's storage, a map that ends with it. Never forgets an expired code: its device is to hear "expired". */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

export type MemoryStoreOptions = {
  /** Entra ID replaces a refresh token on use and leaves the old one valid. */
  keepUsedRefreshTokens: boolean
}

/** Makes the storage of one provider; each of oidc-provider's models gets its own keys in it. */
export function createMemoryStore({ keepUsedRefreshTokens }: MemoryStoreOptions): AdapterFactory {
  const records = new Map<string, AdapterPayload>()

  function findWhere(model: string, matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, payload] of records) {
      if (key.startsWith(`${model}:`) && matches(payload)) return payload
    }
    return undefined
  }

  return (model: string): Adapter => ({
    async upsert(id, payload) {
      records.set(`${model}:${id}`, payload)
    },
    async find(id) {
      return records.get(`${model}:${id}`)
    },
    async findByUserCode(userCode) {
      return findWhere(model, (payload) => payload.userCode === userCode)
    },
    async findByUid(uid) {
      return findWhere(model, (payload) => payload.uid === uid)
    },
    async consume(id) {
      if (model === 'RefreshToken' && keepUsedRefreshTokens) return
      const payload = records.get(`${model}:${id}`)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      records.delete(`${model}:${id}`)
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of records) {
        if (payload.grantId === grantId) records.delete(key)
      }
    },
  })
}
