/** `npm run orders:drill`: a broker that is gone, a cable that is cut, a certificate that is revoked, a helper that is killed. */
import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findMosquitto } from '../demo/broker/find-mosquitto.ts'
import { createCleanups } from '../demo/cleanups.ts'
import { seededRandom } from '../demo/seeded-random.ts'
import { canMakeNamespace } from './orders/network-namespace.ts'
import { findLack, ORDERS_DRILLS, type OrdersDrill } from './orders/orders-drills.ts'

const USAGE = `Usage: npm run orders:drill -- [options]

  --quick        shorter outages and fewer kills, as "npm test" plays them
  --only WORDS   the drills whose names hold these words
  --seed N       another sequence of random moments (default 7)
  --write        puts the table into docs/remote-orders.md, where all was as expected`

type Row = { drill: OrdersDrill; kind: 'seen' | 'broken' | 'not-played'; text: string }

function describe(rows: readonly Row[]): string {
  const lines = rows.map(({ drill, text }) => `| ${drill.name} | ${drill.expected} | ${text} |`)
  return ['| what happens | what to expect | seen |', '| --- | --- | --- |', ...lines].join('\n')
}

async function writeTable(table: string): Promise<void> {
  const page = join(import.meta.dirname, '..', 'docs', 'remote-orders.md')
  const [before = '', after = ''] = (await readFile(page, 'utf8')).split(
    /<!-- orders-drill -->.*<!-- orders-drill end -->/s,
  )
  await writeFile(page, `${before}<!-- orders-drill -->\n${table}\n<!-- orders-drill end -->${after}`)
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '7' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const open = createCleanups()

async function play(drill: OrdersDrill, mosquittoPath: string): Promise<Row> {
  const lack = findLack(drill)
  if (lack !== null) return { drill, kind: 'not-played', text: lack }
  const cleanups = createCleanups()
  open.add(() => cleanups.run())
  const random = seededRandom(Number(values.seed))
  try {
    return { drill, kind: 'seen', text: await drill.play({ quick: values.quick, mosquittoPath, cleanups, random }) }
  } catch (error) {
    return { drill, kind: 'broken', text: error instanceof Error ? error.message : String(error) }
  } finally {
    await cleanups.run()
  }
}

async function playAll(mosquittoPath: string): Promise<void> {
  const rows: Row[] = []
  for (const drill of ORDERS_DRILLS.filter(({ name }) => name.includes(values.only))) {
    const row = await play(drill, mosquittoPath)
    process.stderr.write(`${row.kind}  ${drill.name}: ${row.text}\n`)
    rows.push(row)
  }
  const count = (kind: Row['kind']) => rows.filter((row) => row.kind === kind).length
  const table = describe(rows)
  process.stdout.write(
    `${table}\n\n${count('seen')} as expected, ${count('broken')} not, ${count('not-played')} not played\n`,
  )
  if (count('broken') > 0 || rows.length === 0) process.exitCode = 1
  else if (values.write) await writeTable(table)
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => void open.run().finally(() => process.exit(130)))
}
/** Where this machine's own rules for packets do not count, and nothing of it is reached but what the drill starts. */
function playInOwnNetwork(): void {
  const command = 'ip link set lo up && exec "$0" "$@"'
  const own = ['--net', 'sh', '-c', command, process.execPath, ...process.argv.slice(1)]
  const child = spawn('unshare', own, { stdio: 'inherit', env: { ...process.env, [OWN_NETWORK]: 'yes' } })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => void child.kill(name))
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}

const OWN_NETWORK = 'KIOSK_DRILL_OWN_NETWORK'
const mosquittoPath = findMosquitto()
if (values.help) process.stdout.write(`${USAGE}\n`)
else if (mosquittoPath === null) {
  process.stderr.write('orders:drill: there is no mosquitto on this machine: npm run setup says how to get one\n')
  process.exitCode = 1
} else if (canMakeNamespace() && process.env[OWN_NETWORK] === undefined) playInOwnNetwork()
else await playAll(mosquittoPath)
