/** Diagnostics in lines that a person can read and a QR code can hold. Pure. Never longer than the limit, never more than ASCII. */
import type { SupportChecks, SupportDiagnostics, SupportEndpoint } from '../../contract/support.ts'

/** Version 23 at level M holds 857 bytes; a phone reads it from the smallest panel. */
export const TEXT_LIMIT_BYTES = 840

type TextParts = Omit<SupportDiagnostics, 'text'> & {
  deviceId: string
  lastTokenIssueEpochMs: number | null
  checks: SupportChecks
  nowEpochMs: number
}

const seconds = (epochMs: number) => `${new Date(epochMs).toISOString().slice(0, 19)}Z`
const timeOfDay = (epochMs: number) => new Date(epochMs).toISOString().slice(11, 19)

function span(totalSeconds: number): string {
  const minutes = Math.floor(totalSeconds / 60)
  if (minutes < 60) return `${minutes}m`
  return minutes < 2880 ? `${Math.floor(minutes / 60)}h${minutes % 60}m` : `${Math.floor(minutes / 1440)}d`
}

const ENDPOINTS = {
  discovery: 'disc',
  'device-authorization': 'device',
  token: 'token',
  'key-set': 'keys',
  revocation: 'revoke',
  'end-session': 'end',
} as const

function endpointText({ name, state, roundTripMs, code }: SupportEndpoint): string {
  const what = { 'not-advertised': 'none', 'not-checked': '?', reachable: `${roundTripMs}ms`, unreachable: `${code}` }[
    state
  ]
  return `${ENDPOINTS[name]} ${what}`
}

function vaultText(vault: TextParts['vault']): string {
  if (!vault) return 'none'
  const { kind, deviceKey, memory, destroyPending } = vault
  const posture = memory ? [memory.noswap ? 'noswap' : 'may swap', `swap ${memory.swap}`] : []
  return [kind, `key ${deviceKey}`, ...posture, ...(destroyPending ? ['WIPE PENDING'] : [])].join(', ')
}

function checksText({ state, checks }: SupportChecks): string {
  if (state === 'idle') return 'not run'
  const count = (wanted: string) => checks.filter((check) => check.state === wanted).length
  const bad = checks.filter((check) => check.state === 'failed' || check.state === 'warning')
  const named = bad.map(({ name, code, state: how }) => `${name} ${code ?? how}`)
  return [`${count('ok')} ok`, `${count('skipped')} skipped`, `${bad.length} not`, ...named].join(', ')
}

function skewText(skewMs: number | null): string {
  if (skewMs === null) return 'not measured'
  return skewMs === 0 ? 'right' : `${(skewMs / 1000).toFixed(0)} s to provider`
}

/** Control characters would break the lines, and phones disagree about everything beyond ASCII. */
function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?')
}

/**
 * The most important lines first: where not all fit, the oldest events go, then the last lines.
 *
 * @returns at most `TEXT_LIMIT_BYTES` of printable ASCII and line feeds
 */
export function diagnosticsText(parts: TextParts): string {
  const { session, versions, vault, painted, lastFault, lastTokenIssueEpochMs, nowEpochMs } = parts
  const provider = [parts.lastFault?.providerError].filter(Boolean).map((error) => ` ${error}`)
  const head = [
    `Kiosk ${parts.deviceId.slice(0, 64)}`,
    seconds(nowEpochMs),
    `helper ${versions.helper} node ${versions.node} link ${versions.link} up ${span(parts.uptimeSeconds)}`,
    `state ${session.kind}${session.generation === null ? '' : ` #${session.generation}`}`,
    lastFault
      ? `fault ${lastFault.supportCode} ${lastFault.code}${provider.join('')} ${seconds(lastFault.atEpochMs)}`
      : 'fault none',
    `token ${lastTokenIssueEpochMs === null ? 'none since start' : seconds(lastTokenIssueEpochMs)}`,
    `checks ${checksText(parts.checks)}`,
    `provider ${(parts.issuerHost ?? 'none').slice(0, 80)}`,
    parts.endpoints.map(endpointText).join(', '),
    `proxy ${(parts.proxy ?? 'none').slice(0, 60)}, clock ${skewText(parts.clockSkewMs)}`,
    `vault ${vaultText(vault)}`,
    `painted ${painted ? `${painted.kind} ${Math.round((nowEpochMs - painted.atEpochMs) / 1000)}s ago` : 'never'}`,
    `certificate ${parts.certificate ?? 'none'}`,
    `attestation ${parts.attestation ?? 'not set up'}, broker ${parts.broker ?? 'none'}`,
  ].map(printable)
  const events = parts.events.map(({ name, atEpochMs, count, code }) => {
    return `${timeOfDay(atEpochMs)} ${name}${count > 1 ? ` x${count}` : ''}${code === null ? '' : ` ${code}`}`
  })
  const lines = [...head]
  for (const line of events.reverse()) {
    if ([...lines, line].join('\n').length > TEXT_LIMIT_BYTES) break
    lines.push(line)
  }
  return lines.join('\n').slice(0, TEXT_LIMIT_BYTES)
}
