import { describe, expect, it } from 'vitest'
import { checkBrokerSettings } from './broker-settings.ts'
import { renderBroker } from './render-broker.ts'

const FILES = { deviceRightsFile: '/etc/mosquitto/device.acl', operatorRightsFile: '/etc/mosquitto/operator.acl' }
const SETTINGS = {
  version: 1,
  server: { certificateFile: '/etc/broker/server.crt', keyFile: '/etc/broker/server.key' },
  devices: { caFile: '/etc/broker/fleet-ca.crt', crlFile: '/etc/broker/fleet-ca.crl' },
  operators: {
    caFile: '/etc/broker/operators-ca.crt',
    crlFile: '/etc/broker/operators-ca.crl',
    names: ['anna', 'ben'],
    websocketsListen: '10.0.0.5:8885',
  },
}

function render(changes: object = {}) {
  const checked = checkBrokerSettings({ ...SETTINGS, ...changes })
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return renderBroker(checked.settings, FILES)
}

describe('the broker’s configuration', () => {
  it('asks everybody for a certificate, on every listener', () => {
    const { configuration } = render()
    const listeners = configuration.split(/^listener /m).slice(1)
    expect(listeners).toHaveLength(3)
    for (const listener of listeners) {
      for (const line of ['allow_anonymous false', 'require_certificate true', 'use_identity_as_username true']) {
        expect(listener).toContain(`\n${line}\n`)
      }
      expect(listener).toMatch(/\nacl_file \//)
    }
    expect(listeners[0]).toContain('crlfile /etc/broker/fleet-ca.crl')
    expect(listeners[1]).toContain('crlfile /etc/broker/operators-ca.crl')
    expect(listeners[2]).toContain('protocol websockets\nsocket_domain ipv4')
  })

  it('says nothing of a listener before the first: mosquitto would open one more, without TLS', () => {
    const { configuration } = render()
    const [before = ''] = configuration.split(/^listener /m)
    expect(before).not.toMatch(/^(max_qos|max_connections|allow_anonymous|socket_domain|protocol|cafile|acl_file)/m)
  })

  it('gives operators their names for client ids where it is told to', () => {
    const count = (changes: object) =>
      render({ operators: { ...SETTINGS.operators, ...changes } }).configuration.match(
        /^use_username_as_clientid true$/gm,
      )?.length
    expect([count({}), count({ oneConnectionPerName: true })]).toEqual([1, 3])
  })

  it('lets a device read its orders, and write what it says of itself', () => {
    expect(render().deviceRights.split('\n').slice(1, -1)).toEqual([
      'pattern read kiosks/%u/orders',
      'pattern write kiosks/%u/receipts',
      'pattern write kiosks/%u/reported',
      'pattern write kiosks/%u/presence',
    ])
  })

  it('lets each operator order, and read what kiosks say', () => {
    const rights = render().operatorRights
    expect(rights).toContain('user anna\ntopic write kiosks/+/orders\ntopic read kiosks/+/receipts')
    expect(rights).toContain('user ben\n')
  })

  it.each<[string, object, string]>([
    [
      'one authority for both',
      { operators: { ...SETTINGS.operators, caFile: SETTINGS.devices.caFile } },
      'operators.caFile',
    ],
    ['a name that is syntax', { operators: { ...SETTINGS.operators, names: ['anna\ntopic #'] } }, 'operators.names.0'],
    ['nobody', { operators: { ...SETTINGS.operators, names: [] } }, 'operators.names'],
    ['a path that is syntax', { devices: { ...SETTINGS.devices, caFile: '/etc/a b' } }, 'devices.caFile'],
    ['an unknown setting', { anonymous: true }, 'anonymous'],
    [
      'operators whom nobody can revoke',
      { operators: { ...SETTINGS.operators, crlFile: undefined } },
      'operators.crlFile',
    ],
    ['no authority', { devices: {} }, 'devices.caFile'],
  ])('is not made of %s', (_what, changes, path) => {
    const checked = checkBrokerSettings({ ...SETTINGS, ...changes })
    expect(checked.ok ? [] : checked.faults.map((fault) => fault.path)).toContain(path)
  })
})
