/** The package on a machine of its own: what an installer and the people at the screen do. Never pretends a step that it did not take. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type KioskSnapshot, kioskSnapshotSchema, type SessionState } from '../../contract/session-state.ts'
import type { IdentityProvider } from '../../demo/identity-provider/identity-provider.ts'
import { openKioskScreen } from '../../demo/kiosk-screen.ts'
import { until } from '../drills/within.ts'
import type { Machine } from './machine.ts'
import { copyInto } from './machine-root.ts'

export const UNITS = {
  vault: "'run-digital\\x2dreceptionist-vault.mount'",
  home: "'run-digital\\x2dreceptionist\\x2dscreen.mount'",
  helper: 'digital-receptionist-helper.service',
  screen: 'digital-receptionist-screen.service',
  update: 'digital-receptionist-update.service',
  credentials: 'digital-receptionist-credentials.service',
} as const

const HOME = '/opt/digital-receptionist-kiosk'
const SCREEN_RUNTIME = '/run/digital-receptionist-screen'
const DEVICE_KEY = '/etc/credstore.encrypted/digital-receptionist.device-key'
const STEP_LIMIT_MS = 60_000

/** There is no display here: cage draws into memory, and nobody has a seat. */
const NO_DISPLAY = `[Unit]
ConditionPathExists=
[Service]
Environment=WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1
Environment=STAND_IN_HEADED=1 STAND_IN_SCREEN=1280x720
`
/** So that the drill can press buttons. A packaged Electron would refuse to start with it. */
const WITH_DEBUGGER = `SocketBindAllow=tcp
Environment="KIOSK_SHELL_SWITCHES=--ozone-platform=wayland --remote-debugging-port=0 --user-data-dir=${SCREEN_RUNTIME}/shell"
`

/** Process ids, and the screen unit's invocation; empty for what does not run. */
export type Running = { helper: string; screen: string; shell: string }

export type DrillKiosk = ReturnType<typeof openDrillKiosk>

export function openDrillKiosk(machine: Machine, machineFolder: string) {
  const { must, run } = machine

  async function state(): Promise<KioskSnapshot | null> {
    const { exitCode, output } = await run('kioskctl state --json')
    return exitCode === 0 ? kioskSnapshotSchema.parse(JSON.parse(output.split('\n').at(-1) ?? '')) : null
  }

  async function untilState(kind: SessionState['kind']): Promise<KioskSnapshot> {
    let last: KioskSnapshot | null = null
    await until(
      `the state ${kind}`,
      async () => {
        last = await state()
        return last?.session.kind === kind
      },
      STEP_LIMIT_MS,
    )
    return last as unknown as KioskSnapshot
  }

  /** On the glass as well. */
  async function untilShown(kind: SessionState['kind']): Promise<KioskSnapshot> {
    await untilState(kind)
    await until(`${kind} on the glass`, async () => (await state())?.painted?.kind === kind, STEP_LIMIT_MS)
    return (await state()) as KioskSnapshot
  }

  async function withScreen<T>(look: (screen: Awaited<ReturnType<typeof openKioskScreen>>) => Promise<T>): Promise<T> {
    const screen = await openKioskScreen(`${machine.root}${SCREEN_RUNTIME}/shell`, { limitMs: STEP_LIMIT_MS })
    try {
      return await look(screen)
    } finally {
      await screen.close()
    }
  }

  /** What is another one after each start: the helper's process, the screen's unit with cage and PM2, and the shell's process. */
  async function running(): Promise<Running> {
    const line = async (script: string) => (await run(script)).output.split('\n').at(-1) ?? ''
    return {
      helper: await line('pgrep --full resources/helper/[m]ain.mjs'),
      screen: await line(`systemctl show --property InvocationID --value ${UNITS.screen}`),
      shell: await line('pgrep --full --oldest dist/electron/[m]ain.cjs'),
    }
  }

  return {
    machine,
    running,
    /** On the glass, and painted after a moment: a helper goes on naming what a screen that is gone has painted. */
    async untilPaintedSince(kind: SessionState['kind'], sinceEpochMs: number): Promise<void> {
      await until(
        `${kind} on the glass anew`,
        async () => {
          const painted = (await state())?.painted
          return painted?.kind === kind && painted.atEpochMs > sinceEpochMs
        },
        STEP_LIMIT_MS,
      )
    },
    must,
    run,
    state,
    untilState,
    untilShown,

    /** @param deb on the host; the machine has what it depends on */
    async install(deb: string) {
      await copyInto(machineFolder, deb, 'root/kiosk.deb')
      return must('dpkg --install /root/kiosk.deb 2>&1')
    },

    /** Half a package, in the machine: its scripts are whole, its files are not. */
    async tearDeb(deb: string) {
      const whole = await readFile(deb)
      await writeFile(join(machineFolder, 'root/torn.deb'), whole.subarray(0, Math.floor(whole.length / 2)))
    },

    async dropIn({ debugger: hasDebugger }: { debugger: boolean }) {
      const folder = `/etc/systemd/system/${UNITS.screen}.d`
      await must(`mkdir -p ${folder}`)
      await writeFile(join(machine.root, folder, 'drill.conf'), `${NO_DISPLAY}${hasDebugger ? WITH_DEBUGGER : ''}`)
      await must(`systemctl daemon-reload && systemctl restart ${UNITS.screen}`)
    },
    removeDropIn: () => must(`rm -r /etc/systemd/system/${UNITS.screen}.d && systemctl daemon-reload`),

    /** As build/linux says: sealed for this machine, handed over by systemd. */
    async giveDeviceKey() {
      await must(
        `head --bytes=32 /dev/urandom | systemd-creds encrypt --with-key=host --name=device-key - ${DEVICE_KEY}`,
      )
      await must(`systemctl restart ${UNITS.helper}`)
    },

    /** As after a new mainboard: the file is there, and nobody can open it. */
    breakDeviceKey: () => must(`head -c 200 /dev/urandom | base64 >${DEVICE_KEY} && systemctl restart ${UNITS.helper}`),

    async provision(provider: IdentityProvider) {
      const { issuer, clientId, ca } = provider
      const config = {
        version: 1,
        device: { id: 'DR-0042' },
        brand: { name: 'Contoso Reception' },
        identity: { provider: 'oidc', issuer, clientId },
        session: { start: 'touch' },
        network: { trustedCaFiles: ['ca.pem'] },
      }
      const folder = join(machine.root, 'etc/digital-receptionist')
      await writeFile(join(folder, 'ca.pem'), ca.caPem, { mode: 0o644 })
      await writeFile(join(folder, 'kiosk.json'), `${JSON.stringify(config, null, 2)}\n`, { mode: 0o644 })
    },

    async signIn(provider: IdentityProvider): Promise<KioskSnapshot> {
      await untilShown('attract')
      await must('kioskctl touch')
      const { session } = await untilShown('awaitingApproval')
      if (session.kind !== 'awaitingApproval') throw new Error('the code was gone')
      await provider.approve(session.userCode)
      await untilShown('confirming')
      await withScreen((screen) => screen.press('Start shift'))
      return untilShown('signedIn')
    },
    endShift: () => withScreen((screen) => screen.press('End shift')),
    picture: async () => {
      await must(`XDG_RUNTIME_DIR=${SCREEN_RUNTIME} WAYLAND_DISPLAY=wayland-0 grim /root/glass.png`)
      return readFile(join(machineFolder, 'root/glass.png'))
    },

    isActive: async (unit: string) => (await run(`systemctl is-active ${unit}`)).output.split('\n').at(-1) ?? '',
    installedBuild: async () =>
      JSON.parse(await must(`cat ${HOME}/resources/helper/packaged.json`)) as { version: string },
    /** Another program in the shell's place, for what a shell may do that nobody waits for. */
    replaceShell: (lines: string) =>
      must(
        `cd ${HOME} && mv digital-receptionist-kiosk kept && printf '#!/bin/sh\\n${lines}\\n' > digital-receptionist-kiosk && chmod 0755 digital-receptionist-kiosk`,
      ),
    restoreShell: () => must(`cd ${HOME} && mv kept digital-receptionist-kiosk`),

    /** There is no console here, so that systemd notes the start of a prompt and goes no further. */
    mustHaveAskedForPrompt: (sinceEpochSeconds: number) =>
      until(
        'the login prompt',
        async () =>
          /getty/i.test((await run(`journalctl -q --since @${sinceEpochSeconds} -u getty@tty1.service`)).output),
        STEP_LIMIT_MS,
      ),

    /** All that lies on the machine's disk, and the accounts; what its own system writes while it runs is left out. */
    async files(): Promise<string[]> {
      const list = await must(
        "find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /root -o -path /tmp -o -path '/var/log' \\) -prune -o -print | LC_ALL=C sort",
      )
      const accounts = await must(
        "cut -d: -f1 /etc/passwd | sed 's/^/account /'; cut -d: -f1 /etc/group | sed 's/^/group /'",
      )
      const inMemory = await must('find /run -maxdepth 1 | LC_ALL=C sort')
      return [...list.split('\n'), ...accounts.split('\n'), ...inMemory.split('\n')]
    },
  }
}
