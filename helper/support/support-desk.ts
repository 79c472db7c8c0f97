/** Answers the support overlay: a part for everybody, and one for a technician who was let in. Never a token, a code or a person. */

import { attestationText, certificateText, type DeviceStanding } from '../../contract/device-standing.ts'
import { readEntraHint } from '../../contract/entra-hints.ts'
import { LINK_PROTOCOL_VERSION } from '../../contract/link-protocol.ts'
import { OPERATOR_HINTS } from '../../contract/operator-hints.ts'
import { remoteControlText } from '../../contract/remote-control-status.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import {
  CHECK_NAMES,
  ENDPOINT_NAMES,
  type SupportChecks,
  type SupportChecksRequest,
  type SupportConnection,
  type SupportDiagnostics,
  type SupportEndpoint,
  type SupportFault,
  type SupportStatus,
} from '../../contract/support.ts'
import { supportCode } from '../../contract/support-code.ts'
import type { TokenTimes } from '../session/session-keeper.ts'
import type { TechnicianAccess } from '../technician/technician-access.ts'
import { listChecks } from './check-list.ts'
import { createCheckRun } from './check-run.ts'
import { diagnosticsText } from './diagnostics-text.ts'
import type { EventRing, KeptFault } from './event-ring.ts'
import { type HelperCheckParts, helperChecks } from './helper-checks.ts'
import type { SupportRecord } from './support-record.ts'

export type SupportDesk = {
  status(): SupportStatus
  /** @throws KioskError `command-not-allowed` without a grant, as does `checks` */
  diagnostics(): SupportDiagnostics
  checks(request: SupportChecksRequest): SupportChecks
  /** The same for kioskctl, whose key is the grant. */
  checksForDoctor(request: SupportChecksRequest): SupportChecks
}

type DeskParts = {
  snapshot: () => KioskSnapshot
  vault: () => SupportDiagnostics['vault']
  standing: () => DeviceStanding
  connection: () => SupportConnection
  clockSkewMs: () => number | null
  events: EventRing
  record: SupportRecord
  technician: Pick<TechnicianAccess, 'allow'>
  checks: HelperCheckParts
}

const NOT_CHECKED: readonly SupportEndpoint[] = ENDPOINT_NAMES.map((name) => {
  return { name, state: 'not-checked', roundTripMs: null, code: null }
})

function explainFault({ code, providerError, atEpochMs }: KeptFault): SupportFault {
  const { meaning, remedy } = OPERATOR_HINTS[code]
  const providerHint = readEntraHint(providerError)
  return { code, supportCode: supportCode(code), providerError, atEpochMs, meaning, remedy, providerHint }
}

/** Without a bundle nobody can say which way a kiosk would go. */
const isUnknown = ({ gatewayUrl, attestation }: DeviceStanding) => gatewayUrl === null && attestation.kind !== 'direct'

export function openSupportDesk(parts: DeskParts) {
  const { events, record, technician } = parts
  const network = parts.checks.network
  let token: TokenTimes | null = null
  let endpoints = [...NOT_CHECKED]
  const noteEndpoint = (tried: SupportEndpoint) => {
    endpoints = endpoints.map((known) => (known.name === tried.name ? tried : known))
  }
  const run = createCheckRun(CHECK_NAMES, () => listChecks(helperChecks(parts.checks, parts.standing), noteEndpoint))

  function status(): SupportStatus {
    const fault = events.lastFault()
    return {
      lastTokenIssueEpochMs: record.lastTokenIssueEpochMs(),
      token,
      connection: parts.connection(),
      lastFault: fault && { supportCode: supportCode(fault.code), atEpochMs: fault.atEpochMs },
    }
  }

  function describe(): SupportDiagnostics {
    const { session, helper, device, painted } = parts.snapshot()
    const fault = events.lastFault()
    const standing = parts.standing()
    const facts: Omit<SupportDiagnostics, 'text'> = {
      session: { kind: session.kind, generation: 'generation' in session ? session.generation : null },
      certificate: standing.certificate.kind === 'none' ? null : certificateText(standing),
      attestation: isUnknown(standing) ? null : attestationText(standing),
      broker: remoteControlText(parts.checks.remoteControl()),
      vault: parts.vault(),
      issuerHost: network && new URL(network.identity.issuer).host,
      clockSkewMs: parts.clockSkewMs(),
      endpoints,
      proxy: network?.proxy ?? null,
      versions: { helper: helper.version, node: process.versions.node, link: LINK_PROTOCOL_VERSION },
      uptimeSeconds: process.uptime(),
      painted,
      events: events.recent(),
      lastFault: fault && explainFault(fault),
    }
    const { lastTokenIssueEpochMs } = status()
    const now = { deviceId: device.id, lastTokenIssueEpochMs, checks: run.state(), nowEpochMs: Date.now() }
    return { ...facts, text: diagnosticsText({ ...facts, ...now }) }
  }

  return {
    status,
    diagnostics(): SupportDiagnostics {
      technician.allow('look')
      return describe()
    },
    /** For operations, whose key is the grant. */
    diagnosticsText: (): string => describe().text,
    checks({ run: isWanted }: SupportChecksRequest): SupportChecks {
      const begins = isWanted && run.state().state !== 'running'
      technician.allow(begins ? 'run-checks' : 'look')
      if (begins) run.start()
      return run.state()
    },
    checksForDoctor({ run: isWanted }: SupportChecksRequest): SupportChecks {
      if (isWanted) run.start()
      return run.state()
    },
    /** Tokens were stored, or are gone. */
    noteTokens(times: TokenTimes | null, nowMs: number): void {
      token = times
      if (times) record.noteTokenIssue(Date.now() - (nowMs - times.issuedAtMs))
    },
    async close(): Promise<void> {
      run.stop()
      await record.close()
    },
  }
}
