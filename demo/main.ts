/** `npm run demo`: an embedded outside world and the kiosk, from nothing to a real sign-in. Leaves nothing behind. */
import { once } from 'node:events'
import { join } from 'node:path'
import { findChromium } from '../scripts/find-chromium.mjs'
import { type Cleanups, createCleanups } from './cleanups.ts'
import { DEMO_USAGE, type DemoOptions, readDemoOptions } from './demo-options.ts'
import { createSay, type Say, tellMeasures, tellStates } from './demo-story.ts'
import { type DemoFleet, demoDevices, startDemoFleet } from './fleet-stage.ts'
import { type KioskGateway, startKioskGateway } from './gateway/enrol-kiosk.ts'
import { findNginx } from './gateway/find-nginx.ts'
import { type IdentityProvider, startIdentityProvider } from './identity-provider/identity-provider.ts'
import { trustSwitch } from './identity-provider/throwaway-ca.ts'
import { type KioskProcesses, type ShellRuntime, startKioskProcesses } from './kiosk-processes.ts'
import { type KioskScreen, openKioskScreen, type ScreenKind } from './kiosk-screen.ts'
import { type KioskWatch, watchKiosk } from './kiosk-watch.ts'
import { openPhone } from './phone.ts'
import { startReceptionApp, VISITS_RESOURCE } from './reception-app/reception-app.ts'
import { openScreenshots, type Screenshots } from './screenshots.ts'
import { playRound, type Round, type RoundOptions } from './sign-in-round.ts'
import { startStaffPortalWorld } from './staff-portal/staff-portal-world.ts'
import { DEMO_DEVICE_ID, makeWorkFolders, type WorkFolders, writeDemoBundle } from './work-folders.ts'

/** RFC 8628's usual fifteen minutes, and tokens short enough to see a refresh over a coffee. */
const LIFETIMES = { codeLifetimeSeconds: 900, accessTokenLifetimeSeconds: 300 }

class Interrupted extends Error {}

/** Aborted when somebody presses Ctrl+C or ends the demo from outside. */
const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => interruption.abort(new Interrupted(name)))
}

/** What one run has opened; undone in reverse, whatever happens. */
type Stage = {
  options: DemoOptions
  say: Say
  screenshots: Screenshots
  signal: AbortSignal
  atTheEnd: Cleanups['add']
}

async function runDemo(options: DemoOptions, say: Say): Promise<void> {
  const { signal } = interruption
  const cleanups = createCleanups()
  const screenshots = await openScreenshots(options.screenshotsFolder)
  const playing = play({ options, say, screenshots, signal, atTheEnd: cleanups.add })
  try {
    await Promise.race([playing, once(signal, 'abort')])
  } finally {
    await cleanups.run()
    // Interrupted in the middle of a step, the play fails at what is gone; what that step still opened is closed too.
    await Promise.allSettled([playing])
    await cleanups.run()
    if (signal.aborted) await screenshots.remove()
  }
  signal.throwIfAborted()
}

async function play(stage: Stage): Promise<void> {
  const { options, say, signal, atTheEnd } = stage
  const { intervalSeconds, entraLike } = options
  const folders = await makeWorkFolders()
  atTheEnd(() => folders.remove())
  const settings = { ...LIFETIMES, intervalSeconds, entraLike, api: VISITS_RESOURCE }
  const withPortal = options.portal ? await startStaffPortalWorld(settings) : null
  const provider = withPortal?.provider ?? (await startIdentityProvider(settings))
  atTheEnd(() => (withPortal ?? provider).close())
  const { issuer, clientId, ca } = provider
  say(`identity provider  ${issuer}${entraLike ? ' (speaks like Entra ID)' : ''}`)
  if (withPortal) say(`staff portal       ${withPortal.origin}, signs in at ${withPortal.company.issuer}`)
  const { app, scopes, ...reception } = await startReceptionApp(provider)
  atTheEnd(() => reception.close())
  say(`reception app      ${app.url}, its API ${app.apiOrigins.join(' ')}`)
  const gateway = await startDemoGateway(stage, folders, provider)
  const attestation = gateway && { attestation: gateway.attestation }
  const fleet = await startFleet(stage, folders, gateway)
  const caPem = [ca.caPem, gateway?.gateway.caPem, fleet?.broker.caPem].filter(Boolean).join('\n')
  const remote = fleet && { remoteControl: fleet.remoteControl, devices: demoDevices(options.fleet) }
  const bundle = { issuer, clientId, caPem, entraLike, identity: { scopes }, app, ...attestation, ...remote }
  await writeDemoBundle(folders.bundle, bundle)

  signal.throwIfAborted()
  const kiosk = await startKioskProcesses(folders, {
    screen: options.screen,
    headed: !options.approve,
    shellSwitches: [trustSwitch(ca)],
  })
  atTheEnd(() => kiosk.stop())
  const watch = watchKiosk(folders.runtime)
  atTheEnd(async () => watch.stop())
  const hasWindow = kiosk.environment.STAND_IN_HEADED === '1' || kiosk.runtime === 'electron'
  watch.onSnapshot(tellStates(say, !hasWindow && !options.approve))
  say(`kiosk              ${kiosk.runtime}, KIOSK_RUNTIME_DIR=${folders.runtime}`)
  await fleet?.startOthers()
  await fleet?.open()
  const screen = await openKioskScreen(kiosk.shellDataFolder, { limitMs: 30_000, signal })
  atTheEnd(() => screen.close())
  if (!options.approve) return playByHand(stage, watch, screen)

  const chromiumPath = findChromium()
  if (chromiumPath === null) throw new Error('no Chromium to play the phone with: run "npm run setup"')
  const workFolder = join(folders.work, 'phone')
  const phone = await openPhone({ chromiumPath, serverSpkiSha256: ca.serverSpkiSha256, workFolder })
  atTheEnd(() => phone.close())
  const rounds = await playRounds(stage, provider.staff, kiosk, {
    watch,
    screen,
    phone,
    runtimeFolder: folders.runtime,
  })
  tellMeasures(say, rounds, intervalSeconds)
  if (options.json) printReport(rounds, kiosk.runtime, stage.screenshots)
}

/** The demo’s kiosk asks no provider before its gateway calls it active. */
async function startDemoGateway(
  { options, say, atTheEnd }: Stage,
  folders: WorkFolders,
  provider: IdentityProvider,
): Promise<KioskGateway | null> {
  const nginxPath = options.gateway ? findNginx() : null
  if (nginxPath === null) {
    say(`gateway            none${options.gateway ? ': there is no nginx (npm run setup)' : ''}, no attestation`)
    return null
  }
  const deviceIds = Object.keys(demoDevices(options.fleet))
  const deviceList = deviceIds.map((deviceId) => `${deviceId} active`).join('\n')
  const started = await startKioskGateway({ folders, provider, nginxPath, deviceList }, { add: atTheEnd })
  await started.install(await started.issue(DEMO_DEVICE_ID))
  say(`gateway            ${started.gateway.origin}, ${DEMO_DEVICE_ID} active by its certificate`)
  return started
}

/** Several kiosks make a fleet, and operators want to see it. */
async function startFleet(
  { options, say, atTheEnd }: Stage,
  folders: WorkFolders,
  gateway: KioskGateway | null,
): Promise<DemoFleet | null> {
  if (options.fleet === 1) return null
  const deviceIds = Object.keys(demoDevices(options.fleet))
  return startDemoFleet({ say, folders, pkiFolder: gateway?.pkiFolder ?? null, deviceIds, atTheEnd })
}

async function playRounds(
  { options, screenshots, signal }: Stage,
  staff: readonly { name: string }[],
  kiosk: KioskProcesses,
  parts: Pick<RoundOptions, 'watch' | 'screen' | 'phone' | 'runtimeFolder'>,
): Promise<Round[]> {
  const rounds: Round[] = []
  while (!options.once || rounds.length < options.rounds) {
    signal.throwIfAborted()
    const previousProcessId = rounds.at(-1)?.helperProcessId ?? null
    // A fresh helper for every round: its start is part of what is measured.
    if (previousProcessId !== null) process.kill(await kiosk.processId('helper'), 'SIGTERM')
    const account = staff[rounds.length % staff.length]
    if (!account) throw new Error('the provider has no staff')
    const { intervalSeconds } = options
    const own = { account, intervalSeconds, previousProcessId, keepPicture: screenshots.keep }
    rounds.push(await playRound({ ...parts, ...own }))
  }
  return rounds
}

/** The last line of the output, for programs: the last round, with the first one's start. */
function printReport(rounds: readonly Round[], runtime: ShellRuntime, screenshots: Screenshots): void {
  const [first] = rounds
  const last = rounds.at(-1)
  if (!first || !last) return
  const { displayName, userCode, qrText, phoneSaid, approveToConfirmingMs } = last
  const { startToCodeMs } = first
  const measures = { approveToConfirmingMs, startToCodeMs, runtime }
  const report = { signedIn: true, displayName, userCode, qrText, phoneSaid, ...measures }
  process.stdout.write(`${JSON.stringify({ ...report, screenshots: screenshots.paths() })}\n`)
}

/** The reader holds the phone: the demo shows, and takes a picture of every state. */
async function playByHand({ options, say, screenshots, signal }: Stage, watch: KioskWatch, screen: KioskScreen) {
  say('Open the link in a browser on this machine (its certificate is the demo’s own). Ctrl+C ends.')
  const keepPicture = async (kind: ScreenKind) => {
    try {
      await screenshots.keep(kind, await screen.picture(kind, 2_000))
    } catch (error) {
      // A state may be gone before its picture is taken; the next one is on its way then.
      if (!screen.page.isClosed()) say(`  (no picture of ${kind}: it was gone too soon)`)
      else if (!signal.aborted) throw error
    }
  }
  watch.onSnapshot(({ session }) => void keepPicture(session.kind).catch((error) => interruption.abort(error)))
  if (!options.once) return void (await once(signal, 'abort'))
  const limitMs = 24 * 3_600_000
  await watch.until('signedIn', { limitMs })
  await watch.until('ended', { limitMs })
}

try {
  const options = readDemoOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(`${DEMO_USAGE}\n`)
  else await runDemo(options, createSay(options.json))
} catch (error) {
  if (error instanceof Interrupted) process.exitCode = 130
  else {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof Error && error.cause) process.stderr.write(`  because: ${error.cause}\n`)
    if (error instanceof TypeError) process.stderr.write(`\n${DEMO_USAGE}\n`)
    process.exitCode = 1
  }
}
