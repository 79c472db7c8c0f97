/** Says in lines for a terminal what diagnostics hold. Pure. */
import type { Diagnostics } from '../contract/diagnostics.ts'

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

export function describeDiagnostics({ helper, provider, network }: Diagnostics): string {
  const { version, processId, uptimeSeconds, memory, activeResources } = helper
  const resources = Object.entries(activeResources).map(([name, count]) => `${name} ${count}`)
  const rows: [string, string][] = [
    ['helper', `${version}, process ${processId}, up ${Math.round(uptimeSeconds)} s`],
    ['memory', `${mebibytes(memory.residentBytes)} resident, ${mebibytes(memory.heapUsedBytes)} heap`],
    ['waiting for', resources.join(', ')],
    ['provider', provider?.issuer ?? 'no bundle'],
  ]
  if (provider) {
    rows.push(['discovery', age(provider.metadataAgeMs)], ['key set', age(provider.keySetAgeMs)])
    rows.push(['this clock', skew(provider.clockSkewMs)])
  }
  if (network) rows.push(['proxy', network.proxy])
  return rows.map(([name, text]) => `${name.padEnd(12)}${text}`).join('\n')
}
