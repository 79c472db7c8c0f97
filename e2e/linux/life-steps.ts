/** From an update during the session to a machine that has forgotten the kiosk: each step builds on the ones before. */
import { strict as assert } from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../drills/within.ts'
import { type DrillKiosk, type Running, UNITS } from './drill-kiosk.ts'
import type { DrillStep } from './drill-step.ts'

/** Past the moment at which PM2's own `--auto-exit` would have given up on a shell that keeps failing. */
const CRASH_LOOP_MS = 60_000

const ALL = ['helper', 'screen', 'shell'] as const

/** Resolves when all these run, and none is the one that it was. */
async function untilOthers(kiosk: DrillKiosk, before: Running, which: readonly (keyof Running)[]): Promise<void> {
  await until(
    `another ${which.join(', another ')}`,
    async () => {
      const now = await kiosk.running()
      return which.every((name) => now[name] !== '' && now[name] !== before[name])
    },
    60_000,
  )
}

const upgrade: DrillStep = {
  name: 'an update during a session waits for its end',
  async play({ kiosk, debs }) {
    const before = await kiosk.running()
    await kiosk.install(debs.second)
    assert.equal((await kiosk.installedBuild()).version, '0.1.1')
    // Longer than a restart that nobody held up would take.
    await sleep(10_000)
    assert.equal((await kiosk.state())?.session.kind, 'signedIn')
    assert.deepEqual(await kiosk.running(), before)
    assert.equal(await kiosk.isActive(UNITS.update), 'activating')
    const endedAtEpochMs = Date.now()
    await kiosk.endShift()
    await untilOthers(kiosk, before, ALL)
    await kiosk.untilPaintedSince('attract', endedAtEpochMs)
    await until('the end of the update', async () => (await kiosk.isActive(UNITS.update)) === 'inactive')
    assert.equal((await kiosk.run('ls /run/digital-receptionist-update')).exitCode, 2)
    return 'helper, screen and shell went on as they were; all of them started anew when the session had ended'
  },
}

const brokenUpdate: DrillStep = {
  name: 'an update that fails in the middle neither ends a session nor forgets the one before it',
  async play({ kiosk, debs, provider }) {
    await kiosk.signIn(provider)
    const before = await kiosk.running()
    await kiosk.install(debs.first)
    assert.equal(await kiosk.isActive(UNITS.update), 'activating')
    await kiosk.tearDeb(debs.second)
    const { exitCode, output } = await kiosk.run('dpkg --install /root/torn.deb 2>&1')
    assert.notEqual(exitCode, 0)
    assert.match(output, /cannot|error|unexpected end/i)
    await sleep(7_000)
    assert.equal(await kiosk.isActive(UNITS.update), 'activating')
    assert.deepEqual(await kiosk.running(), before)
    await kiosk.endShift()
    await untilOthers(kiosk, before, ALL)
    assert.equal((await kiosk.installedBuild()).version, '0.1.0')
    return 'the earlier update waited on, and was taken over when the session had ended'
  },
}

const quietUpgrade: DrillStep = {
  name: 'an update of a kiosk that nobody uses is there at once',
  async play({ kiosk, debs }) {
    const before = await kiosk.running()
    const startedAtEpochMs = Date.now()
    await kiosk.install(debs.second)
    await untilOthers(kiosk, before, ALL)
    await kiosk.untilPaintedSince('attract', startedAtEpochMs)
    assert.equal((await kiosk.installedBuild()).version, '0.1.1')
    return 'all three anew'
  },
}

const supervisorDies: DrillStep = {
  name: 'helper, PM2, compositor and shell come back after kill -9',
  async play({ kiosk }) {
    for (const [what, kill, others] of [
      ['helper', 'pkill -9 -f resources/helper/[m]ain.mjs', ['helper']],
      ['PM2', `kill -9 $(systemctl show --property MainPID --value ${UNITS.helper})`, ['helper']],
      ['compositor', 'pkill -9 -x cage', ['screen', 'shell']],
      ['shell', 'pkill -9 -f dist/electron/[m]ain.cjs', ['shell']],
    ] as const) {
      const before = await kiosk.running()
      const killedAtEpochMs = Date.now()
      await kiosk.must(kill)
      await untilOthers(kiosk, before, others)
      await kiosk.untilPaintedSince('attract', killedAtEpochMs).catch((error: Error) => {
        throw new Error(`after the ${what} was killed: ${error.message}`)
      })
    }
    return 'each within its limit, and painted anew'
  },
}

const sealedElsewhere: DrillStep = {
  name: 'a key that was sealed for another machine stops no helper, and is named on the glass',
  async play({ kiosk }) {
    await kiosk.breakDeviceKey()
    const { session } = await kiosk.untilShown('unprovisioned')
    assert(session.kind === 'unprovisioned')
    assert.deepEqual(
      session.problems.map(({ code }) => code),
      ['device-key-unusable'],
    )
    assert.match(session.problems[0]?.what ?? '', /this machine cannot open it/)
    await kiosk.giveDeviceKey()
    await kiosk.untilShown('attract')
    return 'device-key-unusable; sealed anew, it goes on'
  },
}

const noCompositor: DrillStep = {
  name: 'a compositor that cannot draw is tried without the GPU, and the console says so',
  async play({ kiosk }) {
    const { must } = kiosk
    await must('touch /dev/tty1')
    // As where there is a GPU that wlroots takes, and no driver for it.
    const broken = `/run/systemd/system/${UNITS.screen}.d/z-broken.conf`
    const brokenSinceEpochMs = Date.now()
    await must(`mkdir -p $(dirname ${broken}) && printf '[Service]\\nEnvironment=WLR_RENDERER=gles2\\n' >${broken}`)
    await must(`systemctl daemon-reload && systemctl restart ${UNITS.screen} || true`)
    await kiosk.untilPaintedSince('attract', brokenSinceEpochMs)
    assert.match(await must('cat /dev/tty1'), /cannot show its screen/)
    assert.match(await must('tr "\\0" "\\n" </proc/$(pgrep -x cage)/environ'), /^WLR_RENDERER=pixman$/m)
    await must(`rm /dev/tty1 ${broken} && systemctl daemon-reload`)
    return 'cage ended five times at once, and then drew without it'
  },
}

const technicianLeaves: DrillStep = {
  name: 'a screen that a technician has left stays left',
  async play({ kiosk }) {
    await kiosk.replaceShell('exit 73')
    const sinceEpochSeconds = Math.floor(Date.now() / 1000)
    await kiosk.must(`systemctl restart ${UNITS.screen}`)
    await until('the end of the screen', async () => (await kiosk.isActive(UNITS.screen)) === 'inactive')
    await sleep(5_000)
    assert.equal(await kiosk.isActive(UNITS.screen), 'inactive')
    await kiosk.mustHaveAskedForPrompt(sinceEpochSeconds)
    await kiosk.restoreShell()
    const leftAtEpochMs = Date.now()
    await kiosk.must(`systemctl start ${UNITS.screen}`)
    await kiosk.untilPaintedSince('attract', leftAtEpochMs)
    return 'no restart after the shell’s 73, and a login prompt is asked for; systemctl start brings it back'
  },
}

const shellKeepsFailing: DrillStep = {
  name: 'a screen that keeps failing is tried again for ever',
  patient: true,
  async play({ kiosk }) {
    await kiosk.replaceShell('exit 1')
    await kiosk.must(`systemctl restart ${UNITS.screen}`)
    await sleep(CRASH_LOOP_MS)
    assert.equal(await kiosk.isActive(UNITS.screen), 'active')
    await kiosk.restoreShell()
    await until(
      'the shell again',
      async () => (await kiosk.run('pgrep -f dist/electron/[m]ain.cjs')).exitCode === 0,
      60_000,
    )
    return `PM2 still tries after ${CRASH_LOOP_MS / 1000} s, and starts the mended one`
  },
}

const remove: DrillStep = {
  name: 'removed, it keeps what an administrator made',
  async play({ kiosk }) {
    await kiosk.removeDropIn()
    const sinceEpochSeconds = Math.floor(Date.now() / 1000)
    await kiosk.must('dpkg --remove digital-receptionist-kiosk-standin-test')
    await kiosk.mustHaveAskedForPrompt(sinceEpochSeconds)
    assert.equal((await kiosk.run('pgrep -u receptionist-helper,receptionist-shell')).exitCode, 1)
    for (const mount of ['/run/digital-receptionist/vault', '/run/digital-receptionist-screen'])
      assert.equal((await kiosk.run(`findmnt ${mount}`)).exitCode, 1)
    await kiosk.must('test -e /etc/digital-receptionist/kiosk.json')
    await kiosk.must('test ! -e /opt/digital-receptionist-kiosk')
    return 'no process, no mount, no program, a login prompt is asked for; bundle and state stay'
  },
}

const purge: DrillStep = {
  name: 'purged, it leaves nothing',
  async play({ kiosk, before }) {
    await kiosk.must('dpkg --purge digital-receptionist-kiosk-standin-test')
    const after = await kiosk.files()
    const left = after.filter((name) => !before.includes(name))
    const taken = before.filter((name) => !after.includes(name))
    assert.deepEqual({ left, taken }, { left: [], taken: [] })
    return `${after.length} files, accounts and groups, as before`
  },
}

export const LIFE_STEPS: readonly DrillStep[] = [
  upgrade,
  brokenUpdate,
  quietUpgrade,
  supervisorDies,
  sealedElsewhere,
  noCompositor,
  technicianLeaves,
  shellKeepsFailing,
  remove,
  purge,
]
