/** What processes of other accounts get of a kiosk with somebody signed in: each attempt, and what answers it. Only tries. */
import type { Machine } from './machine.ts'

/** Who tries: a third account, and the screen's own, which a page might have broken out to. */
const STRANGERS = ['visitor', 'receptionist-shell'] as const
type Stranger = (typeof STRANGERS)[number]

type Attempt = {
  what: string
  /** `$HELPER`, `$PM2` and `$SHELL_ID` are processes of the kiosk. */
  script: string
  /** Who may, because the kiosk works by it. */
  allowed?: readonly Stranger[]
}

const RUNTIME = '/run/digital-receptionist'
const NODE = '/opt/digital-receptionist-kiosk/resources/node/node'

/** Connects and says what came of it, as no shell of Debian's can. */
const connectTo = (path: string) =>
  `${NODE} -e 'require("net").connect(process.argv[1]).on("connect", () => process.exit(0)).on("error", (e) => { console.log(e.code); process.exit(1) })' ${path}`

/** A trace that works goes on until it is ended, which is no refusal. */
const traceOf = (processId: string) =>
  `said=$(timeout 2 strace -o /dev/null -p ${processId} 2>&1); echo "$said"; echo "$said" | grep -q attached`

const ATTEMPTS: readonly Attempt[] = [
  { what: 'list the vault', script: `ls ${RUNTIME}/vault` },
  { what: 'read the session’s record', script: `cat ${RUNTIME}/vault/*` },
  { what: 'write into the vault', script: `touch ${RUNTIME}/vault/x && rm ${RUNTIME}/vault/x` },
  { what: 'list the runtime folder', script: `ls ${RUNTIME}`, allowed: ['receptionist-shell'] },
  { what: 'put something into it', script: `touch ${RUNTIME}/x && rm ${RUNTIME}/x` },
  { what: 'connect to the link', script: connectTo(`${RUNTIME}/link/helper.sock`), allowed: ['receptionist-shell'] },
  { what: 'read the screen’s key', script: `cat ${RUNTIME}/link/shell.key`, allowed: ['receptionist-shell'] },
  { what: 'read the technician’s key', script: `cat ${RUNTIME}/link/technician.key` },
  { what: 'ask kioskctl', script: 'kioskctl state' },
  { what: 'reach PM2 of the helper', script: connectTo('/run/digital-receptionist-helper/pm2/rpc.sock') },
  {
    what: 'reach PM2 of the screen',
    script: connectTo('/run/digital-receptionist-screen/pm2/rpc.sock'),
    allowed: ['receptionist-shell'],
  },
  {
    what: 'reach the compositor',
    script: connectTo('/run/digital-receptionist-screen/wayland-0'),
    allowed: ['receptionist-shell'],
  },
  { what: 'read the state folder', script: 'ls /var/lib/digital-receptionist' },
  { what: 'read the device’s key', script: 'ls /etc/digital-receptionist-device' },
  { what: 'read the credentials', script: 'ls /run/credentials/digital-receptionist-helper.service/' },
  ...['environ', 'maps', 'mem', 'auxv', 'io', 'stack'].map((name) => ({
    what: `/proc/helper/${name}`,
    // To open it is all that is refused; at the beginning of mem there is nothing to read.
    script: `exec 3</proc/$HELPER/${name}`,
  })),
  { what: '/proc/helper/fd', script: 'ls /proc/$HELPER/fd' },
  { what: '/proc/PM2/environ', script: 'head -c 1 /proc/$PM2/environ' },
  { what: 'trace the helper', script: traceOf('$HELPER') },
  { what: 'trace its PM2', script: traceOf('$PM2') },
  { what: 'signal the helper', script: 'kill -0 $HELPER' },
  { what: 'read the helper’s log', script: 'journalctl --quiet -u digital-receptionist-helper.service -n 1 | grep .' },
  {
    what: 'change the program',
    script:
      'test -e /opt/digital-receptionist-kiosk/resources/helper/main.mjs && touch /opt/digital-receptionist-kiosk/resources/helper/main.mjs',
  },
  { what: 'read the program’s runtime', script: `head -c 1 ${NODE}` },
  {
    what: 'change the bundle',
    script: 'cp -p /etc/digital-receptionist/kiosk.json /etc/digital-receptionist/x && rm /etc/digital-receptionist/x',
  },
  { what: 'pin a key', script: 'touch /etc/digital-receptionist-trust/x && rm /etc/digital-receptionist-trust/x' },
]

export type Answer = {
  what: string
  by: Record<Stranger, { got: boolean; answer: string }>
  /** What root gets: an attempt that nobody could make proves nothing. */
  root: { got: boolean; answer: string }
  allowed: readonly Stranger[]
}

/** What a refusal says, as against a wrong path, a missing program or a socket that nobody answers on. */
const REFUSALS = /Permission denied|Operation not permitted|EACCES|insufficient permissions|run as root/i

/** The kernel's own word for it, where there is one. */
function shorten(output: string): string {
  const last =
    output
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1) ?? 'nothing'
  return REFUSALS.exec(output)?.[0] ?? last.slice(0, 60)
}

/** @returns every attempt by every stranger; the kiosk must be signed in, so that there is something to get */
export async function tryEverything(machine: Machine): Promise<Answer[]> {
  const id = async (script: string) => (await machine.must(script)).split('\n').at(-1) ?? ''
  const helper = await id('pgrep --full resources/helper/[m]ain.mjs')
  const pm2 = await id('systemctl show --property MainPID --value digital-receptionist-helper.service')
  const answers: Answer[] = []
  for (const { what, script, allowed = [] } of ATTEMPTS) {
    const tryAs = async (account: Stranger | 'root') => {
      const groups = account === 'visitor' ? '--clear-groups' : '--init-groups'
      const as =
        account === 'root' ? '' : `setpriv --reuid=${account} --regid=$(id -g ${account}) ${groups} --inh-caps=-all`
      const { exitCode, output } = await machine.run(
        `export HELPER=${helper} PM2=${pm2}; cd /; exec ${as} sh -c '${script.replaceAll("'", `'\\''`)}'`,
      )
      return { got: exitCode === 0, answer: exitCode === 0 ? 'got it' : shorten(output) }
    }
    const by = { visitor: await tryAs('visitor'), 'receptionist-shell': await tryAs('receptionist-shell') }
    answers.push({ what, by, root: await tryAs('root'), allowed })
  }
  return answers
}

/** What somebody got who must not, or did not get who must; and what proves nothing, because it failed for another reason. */
export function faultsOf(answers: readonly Answer[]): string[] {
  return answers.flatMap(({ what, by, root, allowed }) => [
    ...STRANGERS.filter((who) => by[who].got !== allowed.includes(who)).map(
      (who) => `${who}: ${what}: ${by[who].answer}, ${allowed.includes(who) ? 'which it needs' : 'and must not'}`,
    ),
    ...STRANGERS.filter((who) => !by[who].got && !REFUSALS.test(by[who].answer)).map(
      (who) => `${who}: ${what}: ${by[who].answer}, which is no refusal`,
    ),
    ...(root.got ? [] : [`${what}: root does not get it either (${root.answer}), so that it proves nothing`]),
  ])
}

/** As it stands in docs/linux-kiosk.md. */
export function describeAnswers(answers: readonly Answer[]): string {
  const cell = (answer: Answer, who: Stranger) =>
    answer.by[who].got ? 'yes' : `no (${answer.by[who].answer.toLowerCase()})`
  const lines = answers.map((each) => `| ${each.what} | ${STRANGERS.map((who) => cell(each, who)).join(' | ')} |`)
  return ['| | another account | the screen’s account |', '| --- | --- | --- |', ...lines].join('\n')
}
