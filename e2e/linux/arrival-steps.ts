/** From a clean Debian to somebody who is signed in: each step builds on the ones before. */
import { strict as assert } from 'node:assert'
import { UNITS } from './drill-kiosk.ts'
import type { DrillStep } from './drill-step.ts'
import { faultsOf, tryEverything } from './stranger.ts'

const NODE = '/opt/digital-receptionist-kiosk/resources/node/node'
const SERVICES = [UNITS.helper, UNITS.screen, UNITS.update, UNITS.credentials]

const install: DrillStep = {
  name: 'installs on a clean Debian, and starts',
  async play({ kiosk, debs }) {
    await kiosk.install(debs.first)
    await kiosk.dropIn({ debugger: false })
    const states = await Promise.all(
      [UNITS.vault, UNITS.home, UNITS.helper, UNITS.screen].map((unit) => kiosk.isActive(unit)),
    )
    assert.deepEqual(states, ['active', 'active', 'active', 'active'])
    assert.equal((await kiosk.run('dpkg --verify digital-receptionist-kiosk-standin-test')).output, '')
    return 'both mounts, helper and screen are active; dpkg finds every file as packaged'
  },
}

const verify: DrillStep = {
  name: 'systemd and AppArmor understand every line of the units and the profile',
  async play({ kiosk, tables }) {
    const units = [UNITS.vault, UNITS.home, ...SERVICES].join(' ')
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
    for (const [unit, denied] of [
      [UNITS.helper, 'any'],
      [UNITS.screen, 'tcp'],
    ] as const) {
      const rule = await kiosk.must(`systemctl show --property SocketBindDeny --value ${unit}`)
      assert(rule.startsWith(denied), `${unit} forbids ${rule}`)
      // What the units forbid is forbidden by the kernel, not by nobody having tried.
      const { exitCode, output } = await kiosk.run(
        `systemd-run --quiet --wait --pipe -p SocketBindDeny=${denied} ${NODE} -e 'require("net").createServer().listen(4999, () => process.exit(0))'`,
      )
      assert.notEqual(exitCode, 0)
      assert.match(output, /EPERM/)
    }
    return 'no TCP, UDP, raw or abstract socket; one that tried is told EPERM'
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

/** Nobody gave this kiosk a certificate, a technician's secret, a broker, a proxy or a gateway. */
const NOT_GIVEN = ['certificate', 'technician', 'orders', 'proxy', 'attestation']

const doctor: DrillStep = {
  name: 'the doctor finds nothing but what was not given',
  async play({ kiosk }) {
    const { output } = await kiosk.run('kioskctl doctor --json')
    const { checks } = JSON.parse(output.split('\n').at(-1) ?? '') as { checks: { name: string; state: string }[] }
    const notWell = checks.filter(({ name, state }) => state !== 'ok' && !NOT_GIVEN.includes(name))
    assert.deepEqual(notWell, [])
    assert.equal(checks.find(({ name }) => name === 'supervision')?.state, 'ok')
    return checks.map(({ name, state }) => `${name} ${state}`).join(', ')
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

export const ARRIVAL_STEPS: readonly DrillStep[] = [
  install,
  verify,
  firstBoot,
  nothingListens,
  ownPlaces,
  signIn,
  doctor,
  strangers,
]
