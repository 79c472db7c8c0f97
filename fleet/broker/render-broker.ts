/** Renders mosquitto's configuration and its lists of rights from settings. Pure; what is not listed is not allowed. */
import { TOPIC_KINDS, type TopicKind, topicFilterOf, topicOf } from '../../contract/remote-orders.ts'
import type { BrokerSettings } from './broker-settings.ts'

export type RenderedBroker = { configuration: string; deviceRights: string; operatorRights: string }

const HEAD = '# Rendered by "fleetctl broker render". Change the settings and render again; changes made here are lost.'

/** What a device does with its own topics; it has none of another's. */
const DEVICE_RIGHTS: Readonly<Record<TopicKind, 'read' | 'write'>> = {
  orders: 'read',
  receipts: 'write',
  reported: 'write',
  presence: 'write',
}
const OPERATOR_RIGHTS: Readonly<Record<TopicKind, 'read' | 'write'>> = {
  orders: 'write',
  receipts: 'read',
  reported: 'read',
  presence: 'read',
}

function listenLines(listen: string): string {
  const [, address = '', port] = /^(?:(.*):)?(\d+)$/.exec(listen) ?? []
  return `listener ${port}${address === '' ? '' : ` ${address}`}`
}

/** Without it mosquitto 2.0 takes no notice of the address that a WebSockets listener is given, and listens everywhere. */
function webAddress(listen: string): string[] {
  return /^\d{1,3}(\.\d{1,3}){3}:/.test(listen) ? ['socket_domain ipv4'] : []
}

/** `%u` is the common name of a certificate that was verified. */
function renderDeviceRights(): string {
  return [HEAD, ...TOPIC_KINDS.map((kind) => `pattern ${DEVICE_RIGHTS[kind]} ${topicOf('%u', kind)}`), ''].join('\n')
}

function renderOperatorRights({ operators }: BrokerSettings): string {
  const rights = TOPIC_KINDS.map((kind) => `topic ${OPERATOR_RIGHTS[kind]} ${topicFilterOf(kind)}`)
  return [HEAD, ...operators.names.flatMap((name) => [`user ${name}`, ...rights]), ''].join('\n')
}

/** @param files where the lists of rights lie */
export function renderBroker(
  settings: BrokerSettings,
  files: { deviceRightsFile: string; operatorRightsFile: string },
): RenderedBroker {
  const { server, devices, operators, limits, folders } = settings
  const tls = (caFile: string, crlFile: string) => [
    'allow_anonymous false',
    // Who it is says its certificate, and nothing else.
    'require_certificate true',
    'use_identity_as_username true',
    `cafile ${caFile}`,
    `crlfile ${crlFile}`,
    `certfile ${server.certificateFile}`,
    `keyfile ${server.keyFile}`,
    'tls_version tlsv1.2',
    `max_connections ${limits.connections}`,
    // Of a listener: said of none, it would make one more, on port 1883, without TLS.
    'max_qos 1',
  ]
  const operatorTls = [
    ...(operators.oneConnectionPerName ? ['use_username_as_clientid true'] : []),
    ...tls(operators.caFile, operators.crlFile),
    `acl_file ${files.operatorRightsFile}`,
  ]
  const lines = [
    HEAD,
    // Each listener has an authority and rights of its own.
    'per_listener_settings true',
    `user ${server.user}`,
    '',
    '# Orders for kiosks that are off outlive a restart of the broker.',
    'persistence true',
    `persistence_location ${folders.persistence}/`,
    'autosave_interval 5',
    `persistent_client_expiration ${limits.sessionExpiryDays}d`,
    '',
    `max_packet_size ${limits.messageKib * 1024}`,
    `max_queued_messages ${limits.queuedMessages}`,
    `max_inflight_messages ${limits.inflightMessages}`,
    'retain_available true',
    '',
    folders.log === undefined ? 'log_dest stderr' : `log_dest file ${folders.log}/mosquitto.log`,
    'log_type error',
    'log_type warning',
    'log_type notice',
    'log_type information',
    'connection_messages true',
    '',
    listenLines(devices.listen),
    'protocol mqtt',
    // A client id that is not the device's own would take over another one's session.
    'use_username_as_clientid true',
    ...tls(devices.caFile, devices.crlFile),
    `acl_file ${files.deviceRightsFile}`,
    '',
    listenLines(operators.listen),
    'protocol mqtt',
    ...operatorTls,
    ...(operators.websocketsListen === undefined
      ? []
      : [
          '',
          listenLines(operators.websocketsListen),
          'protocol websockets',
          ...webAddress(operators.websocketsListen),
          ...operatorTls,
        ]),
    '',
  ]
  return {
    configuration: lines.join('\n'),
    deviceRights: renderDeviceRights(),
    operatorRights: renderOperatorRights(settings),
  }
}
