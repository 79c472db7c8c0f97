import { describe, expect, it } from 'vitest'
import type { DeviceActivation } from '../../contract/activation.ts'
import {
  type ActivationOwner,
  type ActivationRecord,
  type FoundActivation,
  judgeActivation,
} from './activation-record.ts'

const OWNER: ActivationOwner = {
  deviceId: 'DR-0042',
  issuer: 'https://login.example.com',
  tenantId: 'contoso',
  installation: 'first',
}
const RECORD: ActivationRecord = { version: 1, ...OWNER, config: 'abc', userKey: 'contoso 1', atEpochMs: 1_000 }
const ACTIVE: DeviceActivation = { kind: 'active', sinceEpochMs: 1_000, generation: null, isRecorded: true }

const recordOf = (changes: Partial<ActivationRecord> = {}): FoundActivation => ({
  kind: 'record',
  record: { ...RECORD, ...changes },
})
const inactive = (because: (DeviceActivation & { kind: 'inactive' })['because']): DeviceActivation => {
  return { kind: 'inactive', because }
}

describe('a record of an activation', () => {
  it.each<[string, FoundActivation, DeviceActivation]>([
    ['counts for the device it was made on', recordOf(), ACTIVE],
    ['counts under a configuration that changed since', recordOf({ config: 'other' }), ACTIVE],
    ['counts where the installation was not known then', recordOf({ installation: null }), ACTIVE],
    ['does not count for another device id', recordOf({ deviceId: 'DR-0043' }), inactive('other-device')],
    ['does not count for another issuer', recordOf({ issuer: 'https://id.example' }), inactive('other-tenant')],
    ['does not count for another tenant', recordOf({ tenantId: 'fabrikam' }), inactive('other-tenant')],
    ['does not count for no tenant', recordOf({ tenantId: null }), inactive('other-tenant')],
    ['does not count on a cloned disk', recordOf({ installation: 'second' }), inactive('other-installation')],
    ['does not count when it is damaged', { kind: 'damaged', fault: 'half a file' }, inactive('damaged')],
    ['does not count in a folder of others', { kind: 'unreadable', fault: 'mode 777' }, inactive('unreadable')],
    ['is missing on a new device', { kind: 'absent' }, inactive('never')],
  ])('%s', (_what, found, activation) => {
    expect(judgeActivation(found, OWNER)).toEqual(activation)
  })

  it('counts where the installation cannot be told now', () => {
    expect(judgeActivation(recordOf(), { ...OWNER, installation: null })).toEqual(ACTIVE)
  })
})
