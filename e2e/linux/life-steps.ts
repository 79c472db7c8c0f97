/** From an update during the session to a machine that has forgotten the kiosk: each step builds on the ones before. */
import { strict as assert } from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../drills/within.ts'
import { UNITS } from './drill-kiosk.ts'
import type { DrillStep } from './drill-step.ts'

/** Past the moment at which PM2's own `--auto-exit` would have given up on a shell that keeps failing. */
const CRASH_LOOP_MS = 60_000

const upgrade: DrillStep = {
  name: 'an update during a session waits for its end',
  async play({ kiosk, debs }) {
    const before = await kiosk.state()
    await kiosk.install(debs.second)
    assert.equal((await kiosk.installedBuild()).version, '0.1.1')
    // Longer than a restart that nobody held up would take.
    await sleep(5_000)
    const during = await kiosk.state()
    assert.equal(during?.session.kind, 'signedIn')
    assert.equal(during?.helper.processId, before?.helper.processId)
    assert.equal(await kiosk.isActive(UNITS.update), 'activating')
    await kiosk.endShift()
    await until(
      'another helper',
      async () => {
        const after = await kiosk.state()
        return after !== null && after.helper.processId !== before?.helper.processId
      },
      60_000,
    )
    await kiosk.untilShown('attract')
    await until('the end of the update', async () => (await kiosk.isActive(UNITS.update)) === 'inactive')
    assert.equal((await kiosk.run('ls /run/digital-receptionist-update')).exitCode, 2)
    return 'the session went on with the old helper; both started anew when it had ended'
  },
}

const quietUpgrade: DrillStep = {
  name: 'an update of a kiosk that nobody uses is there at once',
  async play({ kiosk, debs }) {
    const before = await kiosk.state()
    await kiosk.install(debs.first)
    await until(
      'another helper',
      async () => {
        const after = await kiosk.state()
        return after !== null && after.helper.processId !== before?.helper.processId
      },
      60_000,
    )
    await kiosk.untilShown('attract')
    return 'also back to an older version'
  },
}

const supervisorDies: DrillStep = {
  name: 'helper, PM2 and screen come back after kill -9',
  async play({ kiosk }) {
    for (const [what, kill] of [
      ['helper', 'pkill -9 -f resources/helper/[m]ain.mjs'],
      ['PM2', `kill -9 $(systemctl show --property MainPID --value ${UNITS.helper})`],
      ['screen', 'pkill -9 -x cage'],
    ] as const) {
      const before = await kiosk.state()
      await kiosk.must(kill)
      await until(
        `the ${what} again`,
        async () => {
          const after = await kiosk.state()
          const isAnother = what === 'screen' || after?.helper.processId !== before?.helper.processId
          return after !== null && isAnother && after.session.kind === 'attract'
        },
        60_000,
      )
      await kiosk.untilShown('attract')
    }
    return 'each within its limit'
  },
}

const technicianLeaves: DrillStep = {
  name: 'a screen that a technician has left stays left',
  async play({ kiosk }) {
    await kiosk.replaceShell('exit 73')
    await kiosk.must(`systemctl restart ${UNITS.screen}`)
    await until('the end of the screen', async () => (await kiosk.isActive(UNITS.screen)) === 'inactive')
    await sleep(5_000)
    assert.equal(await kiosk.isActive(UNITS.screen), 'inactive')
    await kiosk.restoreShell()
    await kiosk.must(`systemctl start ${UNITS.screen}`)
    await kiosk.untilShown('attract')
    return 'no restart after the shell’s 73; systemctl start brings it back'
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
    await kiosk.must('dpkg --remove digital-receptionist-kiosk-standin-test')
    assert.equal((await kiosk.run('pgrep -u receptionist-helper,receptionist-shell')).exitCode, 1)
    assert.equal((await kiosk.run('findmnt /run/digital-receptionist/vault')).exitCode, 1)
    await kiosk.must('test -e /etc/digital-receptionist/kiosk.json')
    await kiosk.must('test ! -e /opt/digital-receptionist-kiosk')
    return 'no process, no mount, no program; bundle and state stay'
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
  quietUpgrade,
  supervisorDies,
  technicianLeaves,
  shellKeepsFailing,
  remove,
  purge,
]
