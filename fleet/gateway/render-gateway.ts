/** Renders nginx's configuration from settings and device list. Pure; writes nothing that its settings' schema did not pass. */
import { GATEWAY_REFUSALS } from '../../contract/attestation.ts'
import type { ListedDevice } from './device-list.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import { type EndpointKind, listEndpoints, type ProviderEndpoint } from './provider-endpoints.ts'

/** As `deviceIdSchema` has it, for a subject that came out of a verified certificate. */
const DEVICE_ID_PATTERN = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?'

type Zone = 'codes' | 'tokens' | 'others'
const ZONES: Readonly<Record<EndpointKind, Zone>> = {
  discovery: 'others',
  'key-set': 'others',
  'device-authorization': 'codes',
  token: 'tokens',
  revocation: 'tokens',
}

/** For a regular expression within nginx's double quotes, where a backslash before a letter may mean another one. */
function literally(text: string): string {
  return [...text]
    .map((letter) => (/[A-Za-z0-9]/.test(letter) ? letter : `\\x{${letter.charCodeAt(0).toString(16)}}`))
    .join('')
}

const indented = (spaces: number, lines: readonly string[]) =>
  lines.map((line) => (line === '' ? line : ' '.repeat(spaces) + line)).join('\n')

const nameOf = (host: string) => host.replace(/:\d+$/, '')
const gatewayPath = ({ host, path }: ProviderEndpoint) => `/${host}${path}`

function upstreamLines(hosts: readonly string[]): string[] {
  return hosts.flatMap((host, index) => [
    `upstream provider_${index} {`,
    `  server ${nameOf(host)}:${/:(\d+)$/.exec(host)?.[1] ?? '443'};`,
    '  keepalive 16;',
    // Ours ends first: a request on a connection that the provider has just closed would fail.
    '  keepalive_timeout 4s;',
    '}',
  ])
}

function locationLines(endpoint: ProviderEndpoint, hosts: readonly string[], limits: GatewaySettings['limits']) {
  const { kind, method, host, path } = endpoint
  const zone = ZONES[kind]
  const guard =
    method === 'POST'
      ? ['if ($form_type = "") {', '  return 415;', '}']
      : ['if ($http_content_length ~ "[1-9]") {', '  return 413;', '}']
  return [
    `location = ${gatewayPath(endpoint)} {`,
    ...guard.map((line) => `  ${line}`),
    `  limit_req zone=${zone} burst=${limits[`${zone}Burst`]} nodelay;`,
    `  limit_req zone=address burst=${limits.addressBurst} nodelay;`,
    `  set $provider_host ${host};`,
    `  set $provider_name ${nameOf(host)};`,
    // No variable in it, and so no part of the request; an empty query is all that nginx may add.
    '  set $args "";',
    `  proxy_pass https://provider_${hosts.indexOf(host)}${path};`,
    '}',
  ]
}

function refusalLines(): string[] {
  return Object.entries(GATEWAY_REFUSALS).flatMap(([reason, status]) => [
    `location @${reason.replaceAll('-', '_')} {`,
    `  add_header kiosk-gateway ${reason} always;`,
    '  add_header kiosk-correlation-id $correlation_id always;',
    '  add_header Cache-Control no-store always;',
    ...(status === 429 ? ['  add_header Retry-After $retry_after_seconds always;'] : []),
    `  return ${status} '{"reason":"${reason}"}';`,
    '}',
  ])
}

/** @throws TypeError naming an address that two providers share */
function allEndpoints(settings: GatewaySettings): ProviderEndpoint[] {
  const endpoints = settings.providers.flatMap(listEndpoints)
  const seen = new Set<string>()
  for (const endpoint of endpoints) {
    // nginx has one location for an address, whatever the method.
    const key = gatewayPath(endpoint)
    if (seen.has(key)) throw new TypeError(`providers list https:/${key} twice`)
    seen.add(key)
  }
  return endpoints
}

const secondsBetween = (perMinute: number) => String(Math.ceil(60 / perMinute))

/**
 * @param template `nginx.conf.template`
 * @throws TypeError for two endpoints at one address, or a template that does not fit
 */
export function renderGateway(template: string, settings: GatewaySettings, devices: readonly ListedDevice[]): string {
  const { server, limits, folders } = settings
  const endpoints = allEndpoints(settings)
  const hosts = [...new Set(endpoints.map(({ host }) => host))]
  const { issuer, subjectSuffix } = settings.devices
  const values: Readonly<Record<string, string>> = {
    user: server.user === undefined ? '' : `user ${server.user};`,
    runFolder: folders.run,
    logFolder: folders.log,
    workers: String(server.workers ?? 'auto'),
    bodyLimitKib: String(limits.bodyKib),
    issuerEntries: indented(
      4,
      issuer === undefined ? ['default 1;'] : ['default 0;', `"~^${literally(issuer)}\\z" 1;`],
    ),
    deviceIdPattern: DEVICE_ID_PATTERN,
    subjectSuffixPattern: literally(subjectSuffix),
    deviceEntries: indented(
      4,
      devices.map(({ deviceId, state }) => `"id:${deviceId}" "${state} ${deviceId}";`),
    ),
    endpointEntries: indented(
      4,
      endpoints.map(
        (endpoint) => `"~^${endpoint.method} ${literally(gatewayPath(endpoint))} HTTP/1\\.1\\z" ${endpoint.kind};`,
      ),
    ),
    codeRetrySeconds: secondsBetween(limits.codesPerMinute),
    tokenRetrySeconds: secondsBetween(limits.tokensPerMinute),
    otherRetrySeconds: secondsBetween(limits.othersPerMinute),
    codesPerMinute: String(limits.codesPerMinute),
    tokensPerMinute: String(limits.tokensPerMinute),
    othersPerMinute: String(limits.othersPerMinute),
    addressPerMinute: String(limits.addressPerMinute),
    otherBurst: String(limits.othersBurst),
    addressBurst: String(limits.addressBurst),
    upstreams: indented(2, upstreamLines(hosts)),
    listens: indented(
      4,
      server.listen.map((address) => `listen ${address} ssl;`),
    ),
    serverName: server.name,
    certificateFile: server.certificateFile,
    keyFile: server.keyFile,
    fleetCaFile: settings.devices.caFile,
    crlFile: settings.devices.crlFile,
    chainDepth: String(settings.devices.chainDepth),
    providerCaFile: settings.providerCaFile,
    endpointLocations: indented(
      4,
      endpoints.flatMap((endpoint) => locationLines(endpoint, hosts, limits)),
    ),
    refusalLocations: indented(4, refusalLines()),
  }
  return template.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name]
    if (value === undefined) throw new TypeError(`the template names ${name}, which is not a value of the gateway`)
    return value
  })
}
