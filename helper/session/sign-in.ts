/** One sign-in from the code to tokens in the vault; tells the session machine of every step. Decides nothing by itself. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { AuditRecorder } from '../audit/audit-trail.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import { awaitApproval, requestDeviceCode } from '../oauth/device-grant.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import { type RequestTrace, startTrace } from '../oauth/request-trace.ts'
import type { SessionTokens } from '../oauth/session-tokens.ts'
import { createCodeRetry, troubleCodeOf } from './code-retry.ts'
import type { SessionEvent } from './session-event.ts'
import type { SessionKeeper } from './session-keeper.ts'

type SignInPorts = { identity: KioskConfig['identity']; provider: IdentityProvider; keeper: SessionKeeper }

export type SignIn = {
  /** Resolves when the code has come to its end, whatever that was; never rejects but for a fault of ours. */
  run(generation: number, signal: AbortSignal): Promise<void>
}

/** @param options.ports asked for with each code: there are none before the kiosk is provisioned */
export function createSignIn(options: {
  ports: () => SignInPorts
  clock: KioskClock
  log: Log
  audit: AuditRecorder
  dispatch: (event: SessionEvent) => void
}): SignIn {
  const { ports, clock, log, audit, dispatch } = options
  const retry = createCodeRetry(clock)

  function tellPoll(generation: number, fault: unknown): void {
    if (fault === null) {
      dispatch({ kind: 'pollAnswered', generation })
      return
    }
    const { trouble } = readProviderFailure(fault)
    log.warn({ err: trouble, generation }, 'poll failed, polling goes on')
    dispatch({ kind: 'pollFailed', generation, code: troubleCodeOf(trouble) })
  }

  /** The vault comes before anything else: from here on a crash finds only ciphertext. */
  async function acceptTokens(generation: number, tokens: SessionTokens, trace: RequestTrace, signal: AbortSignal) {
    await ports().keeper.keep(generation, tokens, signal)
    void audit.record({ event: 'sign-in.approved', generation, user: tokens.userKey, ...trace.ids() })
    const expiresAtMs = tokens.refreshToken === null ? tokens.accessTokenExpiresAtMs : null
    dispatch({ kind: 'approved', generation, displayName: tokens.displayName, expiresAtMs })
  }

  function noteRefused(generation: number, error: unknown, trace: RequestTrace): void {
    const { kind, trouble, providerError } = readProviderFailure(error)
    // What may heal by waiting is nobody's refusal.
    if (kind === 'transient') return
    const refused = { generation, user: trace.userKey(), code: trouble.code, providerError }
    void audit.record({ event: 'sign-in.refused', ...refused, ...trace.ids() })
  }

  return {
    async run(generation, signal) {
      const { provider, identity } = ports()
      // One id for the code and all its polls, as Microsoft's own clients do it.
      const trace = startTrace()
      try {
        const code = await requestDeviceCode(provider, identity, clock, trace, signal)
        void audit.record({ event: 'code.issued', generation, ...trace.ids() })
        signal.throwIfAborted()
        const { deviceCode: _, intervalSeconds: __, ...shown } = code
        dispatch({ kind: 'codeIssued', generation, code: shown })
        const onPoll = (fault: unknown) => tellPoll(generation, fault)
        const outcome = await awaitApproval(provider, code, { clock, signal, onPoll, trace })
        retry.reset()
        if (outcome.kind === 'approved') await acceptTokens(generation, outcome.tokens, trace, signal)
        else if (outcome.kind === 'declined') {
          noteRefused(generation, new KioskError('sign-in-declined', 'declined on the phone'), trace)
          dispatch({ kind: 'declined', generation })
        } else dispatch({ kind: 'codeUsedUp', generation, why: outcome.why })
      } catch (error) {
        if (signal.aborted) return
        noteRefused(generation, error, trace)
        const { trouble, ...plan } = retry.plan(error)
        log.warn({ err: trouble, providerError: plan.providerError, generation }, 'sign-in in trouble')
        dispatch({ kind: 'grantFailed', generation, ...plan })
      }
    },
  }
}
