/** The life of a package on a kiosk, step by step: each builds on the ones before. Never goes on after a step that failed. */
import { strict as assert } from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'
import type { IdentityProvider } from '../../demo/identity-provider/identity-provider.ts'
import { until } from '../drills/within.ts'
import { type DrillKiosk, UNITS } from './drill-kiosk.ts'
import { type Answer, faultsOf, tryEverything } from './stranger.ts'

export type DrillStage = {
  kiosk: DrillKiosk
  provider: IdentityProvider
  debs: { first: string; second: string }
  /** What was there before the package came. */
  before: string[]
  /** What is told at the end, beside the steps. */
  tables: { strangers: readonly Answer[] | null; scores: string[] }
  keepPicture: (name: string, png: Buffer) => Promise<void>
}

/** @returns what was seen, in a few words; throws where it is not what it must be */
export type DrillStep = { name: string; patient?: boolean; play(stage: DrillStage): Promise<string> }

const SERVICES = [UNITS.helper, UNITS.screen, UNITS.update]
/** Past the moment at which PM2's own `--auto-exit` would have given up on a shell that keeps failing. */
const CRASH_LOOP_MS = 60_000

const install: DrillStep = {
  name: 'installs on a clean Debian, and starts',
  async play({ kiosk, debs }) {
    await kiosk.install(debs.first)
    await kiosk.dropIn({ debugger: false })
    const states = await Promise.all([UNITS.vault, UNITS.helper, UNITS.screen].map((unit) => kiosk.isActive(unit)))
    assert.deepEqual(states, ['active', 'active', 'active'])
    assert.equal((await kiosk.run('dpkg --verify digital-receptionist-kiosk-standin-test')).output, '')
    return 'vault, helper and screen are active; dpkg finds every file as packaged'
  },
}

const verify: DrillStep = {
  name: 'systemd and AppArmor understand every line of the units and the profile',
  async play({ kiosk, tables }) {
    const units = [UNITS.vault, ...SERVICES].join(' ')
    // Its own line for the drill's drop-in would be in it, were there one.
    const { exitCode, output } = await kiosk.run(`systemd-analyze verify ${units}`)
    assert.equal(output, '')
    assert.equal(exitCode, 0)
    // What it says of a kernel without AppArmor is no fault of the profile's.
    await kiosk.must('apparmor_parser --skip-kernel-load --skip-cache /etc/apparmor.d/digital-receptionist 2>/dev/null')
    for (const unit of SERVICES) {
      const score = await kiosk.must(`systemd-analyze security --no-pager ${unit} | tail -1`)
      tables.scores.push(`${unit} ${/: ([\d.]+ \w+)/.exec(score)?.[1] ?? score}`)
    }
    return tables.scores.join(', ')
  },
}

const firstBoot: DrillStep = {
  name: 'without a bundle it says what is missing, on the glass',
  async play({ kiosk, keepPicture }) {
    const { session } = await kiosk.untilShown('unprovisioned')
    assert(session.kind === 'unprovisioned')
    assert.deepEqual(
      session.problems.map(({ code }) => code),
      ['bundle-missing'],
    )
    await keepPicture('unprovisioned', await kiosk.picture())
    return 'bundle-missing'
  },
}

const nothingListens: DrillStep = {
  name: 'nothing of it listens on the network',
  async play({ kiosk }) {
    const open = await kiosk.must('ss --no-header --listening --tcp --udp --raw --processes --numeric')
    // The drill’s own provider shares this network, and has no process in the machine.
    const ours = open.split('\n').filter((line) => line.includes('users:'))
    assert.deepEqual(ours, [])
    const abstract = await kiosk.must('ss --no-header --listening --unix --processes | grep -E " @" || true')
    const foreign = abstract.split('\n').filter((line) => line.includes('users:') && !line.includes('systemd'))
    assert.deepEqual(foreign, [])
    return 'no TCP, UDP, raw or abstract socket'
  },
}

const ownPlaces: DrillStep = {
  name: 'two accounts, a private tmpfs, no swap, no dump',
  async play({ kiosk }) {
    const { must } = kiosk
    const accountOf = (pattern: string) => must(`ps -o user:32= -p $(pgrep -o -f ${pattern})`)
    assert.equal(await accountOf('resources/helper/[m]ain.mjs'), 'receptionist-helper')
    assert.equal(await accountOf('dist/electron/[m]ain.cjs'), 'receptionist-shell')
    const mount = await must('findmnt --noheadings --output FSTYPE,OPTIONS /run/digital-receptionist/vault')
    for (const option of ['tmpfs', 'noswap', 'nosuid', 'nodev', 'noexec', 'size=1024k', 'mode=700']) {
      assert(mount.includes(option), `the vault is mounted without ${option}: ${mount}`)
    }
    assert.equal(await must('stat --format %a:%U /opt/digital-receptionist-kiosk/resources/node/node'), '711:root')
    const writable = await must('find /opt/digital-receptionist-kiosk ! -user root -o -perm /022 ! -type l')
    assert.equal(writable, '')
    return mount.replace(/\s+/g, ' ')
  },
}

const signIn: DrillStep = {
  name: 'somebody signs in with the demo’s provider',
  async play({ kiosk, provider, keepPicture }) {
    await kiosk.dropIn({ debugger: true })
    await kiosk.giveDeviceKey()
    await kiosk.provision(provider)
    const { session } = await kiosk.signIn(provider)
    await keepPicture('signed-in', await kiosk.picture())
    const { process: exposed, vault } = JSON.parse(
      (await kiosk.must('kioskctl diagnostics --json')).split('\n').at(-1) ?? '',
    )
    assert.deepEqual([exposed.coreDumps, exposed.inspector, exposed.dumpable], ['off', 'off', 'no'])
    assert(session.kind === 'signedIn')
    assert.equal(vault.deviceKey, 'credential')
    return `${session.displayName}; vault on ${vault.kind}, its key from a credential, process not dumpable, core dumps off`
  },
}

const strangers: DrillStep = {
  name: 'other accounts get nothing of it',
  async play({ kiosk, tables }) {
    await kiosk.must('id visitor >/dev/null 2>&1 || useradd --system --no-create-home visitor')
    const answers = await tryEverything(kiosk.machine)
    await kiosk.must('userdel visitor')
    tables.strangers = answers
    assert.deepEqual(faultsOf(answers), [])
    assert.equal((await kiosk.state())?.session.kind, 'signedIn')
    return `${answers.length} attempts by each of two accounts`
  },
}

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

export const STEPS: readonly DrillStep[] = [
  install,
  verify,
  firstBoot,
  nothingListens,
  ownPlaces,
  signIn,
  strangers,
  upgrade,
  quietUpgrade,
  supervisorDies,
  technicianLeaves,
  shellKeepsFailing,
  remove,
  purge,
]
