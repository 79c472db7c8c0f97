/** What a provisioned kiosk signs people in with: its way to the provider, the provider, the vault. Opens them and decides nothing. */
import { join } from 'node:path'
import type { TroubleCode } from '../contract/kiosk-error.ts'
import { troubleCodeSchema } from '../contract/kiosk-error.ts'
import type { Activation } from './activation/activation.ts'
import { deviceFiles } from './attestation/device-files.ts'
import { GatewayWord } from './attestation/gateway-word.ts'
import { openProviderWay, type ProviderWay } from './attestation/provider-way.ts'
import type { AuditTrail } from './audit/audit-trail.ts'
import { sessionTerms } from './config/change-effects.ts'
import type { Bundle } from './config/read-bundle.ts'
import type { KioskClock } from './kiosk-clock.ts'
import type { Log } from './log.ts'
import { createIdentityProvider, type IdentityProvider } from './oauth/identity-provider.ts'
import type { ProviderNetwork } from './oauth/provider-network.ts'
import { trustAuthorities } from './oauth/trusted-authorities.ts'
import type { Premises, Provisioned } from './provisioning.ts'
import { openKioskVault, type VaultOpening } from './vault/open-kiosk-vault.ts'

type Refused = { code: TroubleCode; reason: GatewayWord['reason'] | null }

/** @param options.onRefused the gateway does not let this device in */
export function openKioskWay(
  { runnable: { bundle }, found }: Provisioned,
  options: { premises: Premises; clock: KioskClock; log: Log; onRefused: (refused: Refused) => void },
): ProviderWay {
  const { premises, clock, log, onRefused } = options
  // Before the first connection, and before the device's certificate is made ready for one.
  trustAuthorities(bundle.trustedCaPems)
  return openProviderWay({
    config: bundle.config,
    found: found.certificate,
    source: deviceFiles({ ...premises, account: process.getuid?.() }),
    clock,
    log,
    onRefused: ({ code, cause }) => {
      const reason = cause instanceof GatewayWord ? cause.reason : null
      onRefused({ code: troubleCodeSchema.parse(code), reason })
    },
  })
}

export function openKioskProvider(
  { config }: Bundle,
  options: {
    network: ProviderNetwork
    activation: Activation | null
    runtimeFolder: string
    clock: KioskClock
    log: Log
    audit: AuditTrail
    onTokens: () => void
  },
): IdentityProvider {
  const { network, activation, runtimeFolder, clock, log, audit, onTokens } = options
  return createIdentityProvider({
    identity: config.identity,
    access: config.access,
    admit: (claims) => activation?.admit(claims),
    network,
    clock,
    log,
    audit,
    knowledgePath: join(runtimeFolder, 'provider.json'),
    onTokens,
  })
}

export function openVault(
  { vault, runnable: { bundle } }: Provisioned,
  clock: KioskClock,
  log: Log,
): Promise<VaultOpening> {
  const { issuer, clientId } = bundle.config.identity
  return openKioskVault(
    {
      ...vault,
      // Another issuer or client is another tenant: no session outlives the change.
      owner: { deviceId: bundle.deviceId, tenant: `${issuer} ${clientId}` },
      rules: sessionTerms(bundle.config),
      nowMs: clock.nowMs,
    },
    log,
  )
}
