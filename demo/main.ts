/** `npm run demo`: an embedded outside world and the kiosk, from nothing to a real sign-in. Leaves nothing behind. */
import { findChromium } from '../scripts/find-chromium.mjs'
import { DEMO_USAGE, type DemoOptions, readDemoOptions } from './demo-options.ts'
import { createSay, type Say, tellMeasures, tellStates } from './demo-story.ts'
import { startIdentityProvider } from './identity-provider/identity-provider.ts'
import { startKioskProcesses } from './kiosk-processes.ts'
import { type KioskScreen, openKioskScreen } from './kiosk-screen.ts'
import { watchKiosk } from './kiosk-watch.ts'
import { openPhone } from './phone.ts'
import { openScreenshots } from './screenshots.ts'
import { playRound, type Round } from './sign-in-round.ts'
import { makeWorkFolders, writeDemoBundle } from './work-folders.ts'

/** RFC 8628's usual fifteen minutes, and tokens short enough to see a refresh over a coffee. */
const LIFETIMES = { codeLifetimeSeconds: 900, accessTokenLifetimeSeconds: 300 }

/** Rejects when somebody presses Ctrl+C or ends the demo from outside. */
const interruption = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => reject(new Interrupted(signal)))
  }
})
class Interrupted extends Error {}

async function runDemo(options: DemoOptions, say: Say): Promise<void> {
  /** Undone in reverse, whatever happens. */
  const cleanups: (() => Promise<void>)[] = []
  const screenshots = await openScreenshots(options.screenshotsFolder)
  try {
    await Promise.race([interruption, play(options, say, screenshots, cleanups)])
  } catch (error) {
    if (error instanceof Interrupted) await screenshots.remove()
    throw error
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup()
  }
}

async function play(
  options: DemoOptions,
  say: Say,
  screenshots: Awaited<ReturnType<typeof openScreenshots>>,
  cleanups: (() => Promise<void>)[],
): Promise<void> {
  const { intervalSeconds, entraLike } = options
  const folders = await makeWorkFolders()
  cleanups.push(() => folders.remove())
  const provider = await startIdentityProvider({ ...LIFETIMES, intervalSeconds, entraLike })
  cleanups.push(() => provider.close())
  const { issuer, clientId, ca } = provider
  say(`identity provider  ${issuer}${entraLike ? ' (speaks like Entra ID)' : ''}`)
  await writeDemoBundle(folders.bundle, { issuer, clientId, caPem: ca.caPem, entraLike })

  const kiosk = await startKioskProcesses(folders, { screen: options.screen, headed: !options.approve })
  cleanups.push(() => kiosk.stop())
  const watch = watchKiosk(folders.runtime)
  cleanups.push(async () => watch.stop())
  const hasWindow = kiosk.environment.STAND_IN_HEADED === '1' || kiosk.runtime === 'electron'
  watch.onSnapshot(tellStates(say, !hasWindow && !options.approve))
  say(`kiosk              ${kiosk.runtime}, KIOSK_RUNTIME_DIR=${folders.runtime}`)
  const screen = await openKioskScreen(kiosk.shellDataFolder, 30_000)
  cleanups.push(() => screen.close())

  if (!options.approve) return playByHand(options, say, watch, screen, screenshots)
  const chromiumPath = findChromium()
  if (chromiumPath === null) throw new Error('no Chromium to play the phone with: run "npm run setup"')
  const phone = await openPhone({
    chromiumPath,
    serverSpkiSha256: ca.serverSpkiSha256,
    workFolder: `${folders.work}/phone`,
  })
  cleanups.push(() => phone.close())
  const rounds: Round[] = []
  for (let count = 0; !options.once || count < options.rounds; count++) {
    const account = provider.staff[count % provider.staff.length]
    if (!account) throw new Error('the provider has no staff')
    const round = { watch, screen, phone, runtimeFolder: folders.runtime, account, intervalSeconds }
    rounds.push(await playRound({ ...round, keepPicture: screenshots.keep }))
  }
  tellMeasures(say, rounds, intervalSeconds)
  const [first] = rounds
  const last = rounds.at(-1)
  if (!options.json || !first || !last) return
  const { displayName, userCode, qrText } = last
  process.stdout.write(
    `${JSON.stringify({
      signedIn: true,
      displayName,
      userCode,
      qrText,
      approveToConfirmingMs: last.approveToConfirmingMs,
      startToCodeMs: first.startToCodeMs,
      runtime: kiosk.runtime,
      screenshots: screenshots.paths(),
    })}\n`,
  )
}

/** The reader holds the phone: the demo shows, and takes a picture of every state. */
async function playByHand(
  options: DemoOptions,
  say: Say,
  watch: ReturnType<typeof watchKiosk>,
  screen: KioskScreen,
  screenshots: Awaited<ReturnType<typeof openScreenshots>>,
): Promise<void> {
  say('Open the link in a browser on this machine (its certificate is the demo’s own). Ctrl+C ends.')
  const { promise: failure, reject } = Promise.withResolvers<never>()
  watch.onSnapshot(({ session }) => {
    // A state may be gone before its picture is taken; the next one is on its way then.
    screen
      .picture(session.kind, 2_000)
      .then((png) => screenshots.keep(session.kind, png))
      .catch((error: unknown) => (screen.page.isClosed() ? reject(error) : undefined))
  })
  if (!options.once) return failure
  const limitMs = 24 * 3_600_000
  await Promise.race([failure, watch.until('signedIn', { limitMs })])
  await Promise.race([failure, watch.until('ended', { limitMs })])
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
