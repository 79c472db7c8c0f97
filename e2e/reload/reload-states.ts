/** Brings a kiosk into each state of its session, and from there to rest. */
import { until } from '../drills/within.ts'
import { FIRST_VERSION, type ReloadKiosk, type ReloadSettings } from './reload-kiosk.ts'

type Way = {
  /** The bundle that the kiosk starts with. */
  settings?: ReloadSettings
  /** From a helper that is up. */
  reach(kiosk: ReloadKiosk): Promise<void>
  /** What people do next, until nobody is at the kiosk; nothing where that is so, or comes by itself. */
  leave?(kiosk: ReloadKiosk): Promise<void>
}

async function approve({ provider, screen }: ReloadKiosk): Promise<number> {
  const { userCode } = await screen.until('awaitingApproval')
  await provider.approve(userCode)
  return (await screen.until('confirming')).generation
}

async function touch({ screen }: ReloadKiosk): Promise<void> {
  await screen.until('attract')
  await screen.press({ kind: 'touch' })
}

async function sayNotMe({ screen }: ReloadKiosk): Promise<void> {
  const { generation } = await screen.until('confirming')
  await screen.press({ kind: 'denyPresence', generation })
}

async function signIn(kiosk: ReloadKiosk): Promise<void> {
  await touch(kiosk)
  const generation = await approve(kiosk)
  await kiosk.screen.press({ kind: 'confirmPresence', generation })
  await kiosk.screen.until('signedIn')
}

async function approveAndSayNotMe(kiosk: ReloadKiosk): Promise<void> {
  await approve(kiosk)
  await sayNotMe(kiosk)
}

/** A provider that never answers, until it does. */
const hold: Parameters<ReloadKiosk['provider']['play']>[0] = ({ endpoint }) =>
  endpoint === 'device' ? { kind: 'delay', ms: 8_000 } : null

export const RELOAD_STATES = {
  attract: { reach: async ({ screen }) => void (await screen.until('attract')) },
  preparing: {
    async reach(kiosk) {
      kiosk.provider.play(hold)
      await touch(kiosk)
      await kiosk.screen.until('preparing')
      await until('a request for a code', () => kiosk.provider.requests.some(({ endpoint }) => endpoint === 'device'))
    },
    leave: approveAndSayNotMe,
  },
  awaitingApproval: {
    async reach(kiosk) {
      await touch(kiosk)
      await kiosk.screen.until('awaitingApproval')
    },
    leave: approveAndSayNotMe,
  },
  confirming: {
    async reach(kiosk) {
      await touch(kiosk)
      await approve(kiosk)
    },
    leave: sayNotMe,
  },
  signedIn: { reach: signIn, leave: async ({ screen }) => void (await screen.press({ kind: 'signOut' })) },
  // Three seconds of it: the change is made in the moment before.
  ended: { reach: signIn },
  trouble: {
    async reach(kiosk) {
      kiosk.provider.setOutage(true)
      await touch(kiosk)
      await kiosk.screen.until('trouble')
    },
  },
  unprovisioned: {
    // The bundle is good, and this machine has no such key.
    settings: { vault: { deviceKey: 'credential' } },
    reach: async ({ screen }) => void (await screen.until('unprovisioned')),
  },
} as const satisfies Record<string, Way>

export type ReloadState = keyof typeof RELOAD_STATES

export async function bringTo(kiosk: ReloadKiosk, state: ReloadState): Promise<void> {
  const way: Way = RELOAD_STATES[state]
  await kiosk.install(await kiosk.prepare(FIRST_VERSION, way.settings))
  await kiosk.startHelper()
  await way.reach(kiosk)
}

export async function leaveState(kiosk: ReloadKiosk, state: ReloadState): Promise<void> {
  const way: Way = RELOAD_STATES[state]
  await way.leave?.(kiosk)
}
