/** A `window.kiosk` that a test holds the other end of. Runs inside the page: takes nothing from this module's scope. */
import type { Command } from '../../contract/commands.ts'
import type { SupportChecks, SupportDiagnostics, SupportStatus } from '../../contract/support.ts'
import type { TechnicianChallengeResult, TechnicianTryResult } from '../../contract/technician-access.ts'
import type { KioskBridge, KioskView } from '../../contract/window-bridge.ts'

type PretendedBridge = {
  /** Gives the page its next view. */
  show(view: KioskView): void
  requestSupport(): void
  isListening(): boolean
  challenge: TechnicianChallengeResult
  tryResult: TechnicianTryResult
  support: { status: SupportStatus; diagnostics: SupportDiagnostics; checks: SupportChecks } | null
  /** Whether a command means something to the helper; null for one that is never answered. */
  isAccepted: boolean | null
  sent: Command[]
  violations: string[]
  /** The page's own timers stand still; tools that work inside the page need one that runs. */
  realSetTimeout: typeof window.setTimeout
}

declare global {
  interface Window {
    pretended: PretendedBridge
  }
}

/**
 * For `addInitScript`.
 *
 * @param logo what the helper has of every logo, in base64
 */
export function installPretendedBridge(logo: string): void {
  const viewListeners = new Set<(view: KioskView) => void>()
  const supportListeners = new Set<() => void>()
  const until = <Listener>(listeners: Set<Listener>, listener: Listener) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
  const never = new Promise<never>(() => {})
  const pretended: PretendedBridge = {
    show: (view) => {
      for (const listener of viewListeners) listener(view)
    },
    requestSupport: () => {
      for (const listener of supportListeners) listener()
    },
    isListening: () => viewListeners.size > 0,
    challenge: { kind: 'unavailable', because: 'no-secret' },
    tryResult: { kind: 'expired' },
    support: null,
    isAccepted: true,
    sent: [],
    violations: [],
    realSetTimeout: window.setTimeout.bind(window),
  }
  const kiosk: KioskBridge = {
    // Every view is given by `show`, the first one too.
    getView: () => never,
    onView: (listener) => until(viewListeners, listener),
    send: async (command) => {
      pretended.sent.push(command)
      return pretended.isAccepted === null ? never : { accepted: pretended.isAccepted }
    },
    painted: async () => {},
    askTechnicianChallenge: async () => pretended.challenge,
    answerTechnicianChallenge: async () => pretended.tryResult,
    actAsTechnician: async () => ({ accepted: true }),
    onSupportRequested: (listener) => until(supportListeners, listener),
    getLogoPart: async () => ({ kind: 'part', bytes: logo, nextOffset: null }),
    readSupportStatus: async () => pretended.support?.status ?? never,
    readSupportDiagnostics: async () => pretended.support?.diagnostics ?? never,
    supportChecks: async () => pretended.support?.checks ?? never,
    placeApp: async () => {},
  }
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    pretended.violations.push(`${violatedDirective}: ${blockedURI}`)
  })
  Object.assign(window, { pretended, kiosk })
}
