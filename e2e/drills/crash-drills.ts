/** kill -9 at any moment, and a power cut after which somebody puts the memory's content back. Never a gentle end. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Drill, DrillOutcome, DrillTools } from './drill.ts'
import type { DrillKiosk } from './drill-kiosk.ts'
import { findLeftovers } from './look-afterwards.ts'
import { until } from './within.ts'

const KILLS = { all: 200, quick: 10 }
/** Renewed at about three quarters of it. */
const TOKEN_LIFE_SECONDS = 4
/** PM2 waits longer before each restart of an app that crashes over and over; a restart by hand makes it forget. */
const KILLS_BEFORE_REST = 6

type Moment = {
  name: string
  share: number
  /** The vault holds a record whenever the helper is killed then. */
  leavesCiphertext?: true
  /** Comes to the moment, and returns in it. */
  reach(kiosk: DrillKiosk, random: () => number): Promise<void>
}

async function inRotation(kiosk: DrillKiosk, random: () => number): Promise<void> {
  await kiosk.signIn()
  const isRenewal = ({ grantType }: { grantType: string | null }) => grantType === 'refresh_token'
  const before = kiosk.provider.requests.filter(isRenewal).length
  await until('a renewal', () => kiosk.provider.requests.filter(isRenewal).length > before)
  // Within these milliseconds the answer is made, sent, checked, sealed and stored.
  await sleep(random() * 40)
}

async function inWipe(kiosk: DrillKiosk, random: () => number): Promise<void> {
  await kiosk.signIn()
  void kiosk.screen.press({ kind: 'signOut' }).catch(() => {
    // The helper is killed before it can answer.
  })
  await sleep(random() * 12)
}

const MOMENTS: readonly Moment[] = [
  {
    name: 'while a code is shown',
    share: 0.1,
    async reach(kiosk, random) {
      await kiosk.screen.until('awaitingApproval')
      await sleep(random() * 1_000)
    },
  },
  {
    name: 'between approval and session',
    share: 0.25,
    async reach(kiosk, random) {
      await kiosk.approve()
      await sleep(random() * 1_300)
    },
  },
  {
    name: 'in a session',
    share: 0.25,
    leavesCiphertext: true,
    async reach(kiosk, random) {
      await kiosk.signIn()
      await sleep(random() * 1_500)
    },
  },
  { name: 'inside a rotation', share: 0.2, leavesCiphertext: true, reach: inRotation },
  { name: 'inside a wipe', share: 0.2, reach: inWipe },
]

async function playKills(tools: DrillTools, moment: Moment): Promise<DrillOutcome> {
  const times = Math.max(2, Math.round((tools.quick ? KILLS.quick : KILLS.all) * moment.share))
  const kiosk = await tools.openKiosk({ accessTokenLifetimeSeconds: TOKEN_LIFE_SECONDS })
  const leaks: string[] = []
  for (let turn = 0; turn < times; turn++) {
    if (turn % KILLS_BEFORE_REST === KILLS_BEFORE_REST - 1) await restBetween(kiosk)
    await moment.reach(kiosk, tools.random)
    const processId = await kiosk.helperId()
    await kiosk.killHelper()
    leaks.push(...(await findLeftovers(kiosk, `kill ${turn + 1} ${moment.name}`, processId)))
  }
  const crashed = (await kiosk.log()).split('"session.expired-by-crash"').length - 1
  if (moment.leavesCiphertext && crashed !== times) throw new Error(`only ${crashed} of ${times} crashes are on record`)
  return { times, readable: 'nothing', leaks, lost: [], note: `${crashed} left ciphertext, wiped at the next start` }
}

async function restBetween(kiosk: DrillKiosk): Promise<void> {
  await kiosk.screen.until('awaitingApproval')
  const processId = await kiosk.helperId()
  await kiosk.pm2('restart', 'helper')
  await kiosk.screen.until('awaitingApproval', ({ helper }) => helper.processId !== processId)
}

/** The tmpfs is empty after a power cut; somebody who froze the memory puts back what was in it at a random instant. */
async function playPowerCut(tools: DrillTools): Promise<DrillOutcome> {
  const times = tools.quick ? 2 : 20
  const kiosk = await tools.openKiosk({ accessTokenLifetimeSeconds: TOKEN_LIFE_SECONDS })
  const leaks: string[] = []
  for (let turn = 0; turn < times; turn++) {
    if (turn % KILLS_BEFORE_REST === KILLS_BEFORE_REST - 1) await restBetween(kiosk)
    await kiosk.signIn()
    await sleep(tools.random() * 4_000)
    const copy = await kiosk.copyVault()
    const processId = await kiosk.helperId()
    await kiosk.killHelper()
    leaks.push(...(await findLeftovers(kiosk, `power cut ${turn + 1}`, processId)))
    await kiosk.restoreVault(copy)
    const nextId = await kiosk.helperId()
    await kiosk.killHelper()
    leaks.push(...(await findLeftovers(kiosk, `restored copy ${turn + 1}`, nextId)))
  }
  return { times, readable: 'nothing', leaks, lost: [], note: 'the copy is put back before a start: noise, wiped' }
}

export const CRASH_DRILLS: readonly Drill[] = [
  ...MOMENTS.map((moment) => ({
    name: `kill -9 ${moment.name}`,
    play: (tools: DrillTools) => playKills(tools, moment),
  })),
  { name: 'power cut', play: playPowerCut },
]
