/** Says in lines for a terminal what diagnostics hold. Pure. */
import type { Brand } from '../contract/brand.ts'
import { attestationText, certificateText } from '../contract/device-standing.ts'
import type { Diagnostics } from '../contract/diagnostics.ts'
import { remoteControlText } from '../contract/remote-control-status.ts'
import type { ScreenIncident } from '../contract/screen-incident.ts'
import { describeActivation, describeNotice } from './describe-snapshot.ts'

const MEBIBYTE = 1024 * 1024

function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`
}

function age(ageMs: number | null): string {
  return ageMs === null ? 'not fetched yet' : `${Math.round(ageMs / 1000)} s old`
}

function skew(skewMs: number | null): string {
  if (skewMs === null) return 'not measured yet'
  if (skewMs === 0) return 'right'
  return `${Math.abs(skewMs / 1000).toFixed(1)} s ${skewMs > 0 ? 'behind' : 'ahead of'} the provider`
}

const DEVICE_KEYS = {
  keychain: 'in the keychain',
  credential: 'a systemd credential',
  none: 'none',
} as const

type Vault = NonNullable<Diagnostics['vault']>

function vaultRows(vault: Vault): [string, string][] {
  const { kind, deviceKey, noDeviceKeyBecause, plannedRestart, destroyPending, memory, tolerated } = vault
  const rows: [string, string][] = [
    ['vault', kind === 'memory' ? 'in the helper’s memory: this system has no tmpfs' : kind],
    ['device key', noDeviceKeyBecause === null ? DEVICE_KEYS[deviceKey] : `none: ${noDeviceKeyBecause}`],
    ['restart', `a planned one ${plannedRestart === 'keeps-session' ? 'keeps' : 'ends'} the session`],
  ]
  if (destroyPending) rows.push(['wipe', 'ordered, and not done: the device key may still be in the keychain'])
  if (memory) {
    const swap = memory.swap === 'none' ? 'no swap' : `${memory.swap} swap`
    rows.push(['memory', `${memory.noswap ? 'noswap' : 'may swap'}, ${swap}, hibernation ${memory.hibernation}`])
  }
  return [...rows, ...tolerated.map((what): [string, string] => ['tolerated', what])]
}

function processRow({ coreDumps, inspector, dumpable }: Diagnostics['process']): [string, string] {
  const readable = { no: 'memory closed to its account', yes: 'memory open to its account', unknown: '' }[dumpable]
  return ['process', [`core dumps ${coreDumps}`, `inspector ${inspector}`, readable].filter(Boolean).join(', ')]
}

function incidentRow({ kind, reason, atEpochMs, recoveredAfterMs }: ScreenIncident): [string, string] {
  const end = recoveredAfterMs === null ? '' : `, right again after ${(recoveredAfterMs / 1000).toFixed(1)} s`
  return ['screen', `${new Date(atEpochMs).toISOString()} ${kind}: ${reason}${end}`]
}

/** What runs; why another does not says `kioskctl state` in full. */
function bundleRows(bundle: Diagnostics['bundle']): [string, string][] {
  if (!bundle) return []
  const { signed, refused, waiting } = bundle
  const rows: [string, string][] = [
    ['bundle', signed ? `version ${signed.version}, signed with ${signed.keyId}` : 'not signed: no key is pinned'],
  ]
  if (waiting.length > 0) rows.push(['bundle', `waits until nobody is disturbed: ${waiting.join(', ')}`])
  return [
    ...rows,
    ...refused.map(({ code, where, what }): [string, string] => ['bundle', `✗ ${where} ${what} [${code}]`]),
  ]
}

function ordersText(remote: Diagnostics['remoteControl']): string {
  const text = remoteControlText(remote)
  if (text === null) return 'not configured: nobody can order anything'
  if (remote.kind !== 'connected') return `✗ ${text}`
  return `${text}, connected since ${new Date(remote.sinceEpochMs).toISOString()}`
}

function brandRows({ name, logo, palette, notices }: Brand): [string, string][] {
  const parts = [name, logo === null ? 'no logo' : `logo ${logo.type}`, palette === null ? 'no colours' : 'colours']
  return [['brand', parts.join(', ')], ...notices.map((notice): [string, string] => ['brand', describeNotice(notice)])]
}

const ID_SOURCES = {
  certificate: 'from its certificate',
  bundle: 'from the bundle',
  'host-name': 'its host name',
} as const

function deviceRows({ id, source, notices }: NonNullable<Diagnostics['device']>): [string, string][] {
  const said = notices.map((notice): [string, string] => ['device', describeNotice(notice)])
  return [['device', `${id}, ${ID_SOURCES[source]}`], ...said]
}

export function describeDiagnostics(diagnostics: Diagnostics): string {
  const { helper, activation, provider, standing, vault, process, device, bundle, brand, network, screenIncidents } =
    diagnostics
  const { remoteControl } = diagnostics
  const { version, processId, uptimeSeconds, memory, activeResources } = helper
  const resources = Object.entries(activeResources).map(([name, count]) => `${name} ${count}`)
  const rows: [string, string][] = [
    ['helper', `${version}, process ${processId}, up ${Math.round(uptimeSeconds)} s`],
    ['size', `${mebibytes(memory.residentBytes)} resident, ${mebibytes(memory.heapUsedBytes)} heap`],
    ['waiting for', resources.join(', ')],
    ['provider', provider?.issuer ?? 'no bundle'],
  ]
  if (provider) {
    rows.push(['discovery', age(provider.metadataAgeMs)], ['key set', age(provider.keySetAgeMs)])
    rows.push(['this clock', skew(provider.clockSkewMs)])
  }
  rows.push(['gateway', standing.gatewayUrl ?? (provider ? 'none: the provider is asked directly' : 'no bundle')])
  rows.push(['attestation', attestationText(standing)], ['certificate', certificateText(standing)])
  rows.push(['orders', ordersText(remoteControl)])
  if (activation) rows.push(['activated', describeActivation(activation)])
  if (vault) rows.push(...vaultRows(vault))
  rows.push(processRow(process))
  if (device) rows.push(...deviceRows(device))
  if (network) rows.push(['proxy', network.proxy])
  rows.push(...bundleRows(bundle), ...brandRows(brand))
  rows.push(...screenIncidents.map(incidentRow))
  return rows.map(([name, text]) => `${name.padEnd(12)}${text}`).join('\n')
}
