import { describe, expect, it } from 'vitest'
import { checkBrokerSettings } from './broker-settings.ts'
import { renderBroker } from './render-broker.ts'

const SETTINGS = {
  version: 1,
  server: { certificateFile: '/etc/server.crt', keyFile: '/etc/server.key' },
  devices: { caFile: '/etc/fleet-ca.crt', crlFile: '/etc/fleet-ca.crl' },
  operators: { websocketsListen: '127.0.0.1:8885', caFile: '/etc/operators-ca.crt', names: ['operations'] },
}

describe('the broker’s configuration', () => {
  it('says nothing of a single listener before the first, which mosquitto would open on port 1883 for it', () => {
    const checked = checkBrokerSettings(SETTINGS)
    if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
    const files = { deviceRightsFile: '/etc/device-rights.acl', operatorRightsFile: '/etc/operator-rights.acl' }
    const { configuration } = renderBroker(checked.settings, files)
    const [general = '', ...listeners] = configuration.split(/^listener /m)
    expect(listeners).toHaveLength(3)
    for (const listener of listeners) expect(listener).toMatch(/^max_qos 1$/m)
    expect(general).not.toMatch(/^(max_qos|max_connections|protocol|socket_domain|allow_|require_|use_|\w*file )/m)
  })
})
