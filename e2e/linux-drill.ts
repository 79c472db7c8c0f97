/** `npm run linux:drill`: the Debian package on a clean Debian, with systemd, cage and the demo's provider. Needs root; leaves nothing. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createCleanups } from '../demo/cleanups.ts'
import { startIdentityProvider } from '../demo/identity-provider/identity-provider.ts'
import { ARRIVAL_STEPS } from './linux/arrival-steps.ts'
import { openDrillKiosk } from './linux/drill-kiosk.ts'
import type { DrillStage } from './linux/drill-step.ts'
import { LIFE_STEPS } from './linux/life-steps.ts'
import { bootMachine } from './linux/machine.ts'
import { copyMachineRoot, makeMachineRoot } from './linux/machine-root.ts'
import { describeAnswers } from './linux/stranger.ts'

const ROOT = join(import.meta.dirname, '..')
const NEEDED_TOOLS = ['debootstrap', 'dpkg-deb', 'unshare', 'nsenter', 'ip']
const LIFETIMES = { intervalSeconds: 1, codeLifetimeSeconds: 900, accessTokenLifetimeSeconds: 300 }
const USAGE = `Usage: npm run linux:drill -- [options]

  --quick        without what takes minutes: the same package twice, a screen that keeps failing
  --root DIR     where the clean Debian lies, made on first use and kept (default: made anew, and removed)
  --pictures DIR where pictures of the glass go (default: none)

As root, on Linux 6.4 or later; fetches Debian 13 from its own archive. Ends with what other accounts got, as a table.`

type Options = { quick: boolean; root?: string | undefined; pictures?: string | undefined; inside?: string | undefined }

function readOptions(): Options | null {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      root: { type: 'string' },
      pictures: { type: 'string' },
      inside: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  return values.help ? null : values
}

/** Why it cannot be played here, or null. */
function findLack(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'needs root on Linux, to make a machine of namespaces'
  const missing = NEEDED_TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0)
  return missing.length > 0 ? `needs ${missing.join(', ')}` : null
}

function makePackage(output: string, version: string): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'scripts/package.mjs'), '--stand-in', '--compression', 'none', '--output', output],
    { encoding: 'utf8', cwd: ROOT, env: { ...process.env, KIOSK_PACKAGE_VERSION: version } },
  )
  if (status !== 0) throw new Error(`the package cannot be made: ${stderr}`)
  process.stderr.write(stdout)
  return join(output, `digital-receptionist-kiosk-standin-test_${version}+standin_amd64.deb`)
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}

/** Everything that wants the network, and the packages. @returns whether all went well */
async function prepareAndPlay(options: Options): Promise<boolean> {
  const work = await mkdtemp(join(tmpdir(), 'kiosk-linux-drill-'))
  const cleanups = createCleanups()
  cleanups.add(() => rm(work, { recursive: true, force: true }))
  try {
    const first = makePackage(join(work, 'first'), '0.1.0')
    makePackage(join(work, 'second'), '0.1.1')
    if (!options.quick) {
      const again = makePackage(join(work, 'again'), '0.1.0')
      if ((await hashOf(again)) !== (await hashOf(first))) throw new Error('the same sources gave another package')
      process.stdout.write('ok      the same sources give the same package, byte for byte\n')
    }
    const root = options.root ?? join(work, 'debian')
    process.stderr.write(`linux drill: a clean Debian in ${root}\n`)
    await makeMachineRoot(root, first)
    await copyMachineRoot(root, join(work, 'machine'))
    // A network of its own, so that whatever listens in it is the drill's or the kiosk's.
    const script = 'ip link set lo up && exec "$0" "$@"'
    const flags = [...(options.quick ? ['--quick'] : []), ...(options.pictures ? ['--pictures', options.pictures] : [])]
    const { status } = spawnSync(
      'unshare',
      ['--net', 'sh', '-c', script, process.execPath, import.meta.filename, '--inside', work, ...flags],
      { stdio: 'inherit', cwd: ROOT },
    )
    return status === 0
  } finally {
    await cleanups.run()
  }
}

/** In the network of its own. @returns whether every step went well */
async function playSteps({ quick, pictures }: Options, work: string): Promise<boolean> {
  const cleanups = createCleanups()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void cleanups.run().then(() => process.exit(1)))
  try {
    const provider = await startIdentityProvider({ ...LIFETIMES, entraLike: false })
    cleanups.add(() => provider.close())
    const folder = join(work, 'machine')
    const machine = await bootMachine(folder)
    cleanups.add(() => machine.stop())
    const kiosk = openDrillKiosk(machine, folder)
    const debOf = (name: string, version: string) =>
      join(work, name, `digital-receptionist-kiosk-standin-test_${version}+standin_amd64.deb`)
    const stage: DrillStage = {
      kiosk,
      provider,
      debs: { first: debOf('first', '0.1.0'), second: debOf('second', '0.1.1') },
      before: await kiosk.files(),
      tables: { strangers: null, scores: [] },
      async keepPicture(name, png) {
        if (pictures === undefined) return
        await mkdir(pictures, { recursive: true })
        await writeFile(join(pictures, `${name}.png`), png)
      },
    }
    const isGood = await playInOrder(stage, quick)
    if (stage.tables.strangers !== null) process.stdout.write(`\n${describeAnswers(stage.tables.strangers)}\n`)
    return isGood
  } finally {
    await cleanups.run()
  }
}

async function playInOrder(stage: DrillStage, quick: boolean): Promise<boolean> {
  for (const { name, patient = false, play } of [...ARRIVAL_STEPS, ...LIFE_STEPS]) {
    if (patient && quick) {
      process.stdout.write(`not played  ${name}: takes minutes\n`)
      continue
    }
    const startedAtMs = performance.now()
    const seconds = () => ((performance.now() - startedAtMs) / 1000).toFixed(0)
    try {
      const seen = await play(stage)
      process.stdout.write(`ok      ${name} (${seconds()} s): ${seen}\n`)
    } catch (error) {
      const log = await stage.kiosk.run("journalctl --no-pager -n 40 -u 'digital-receptionist-*' -u 'run-digital*'")
      process.stdout.write(`FAILED  ${name} (${seconds()} s): ${error instanceof Error ? error.message : error}\n`)
      process.stderr.write(`${log.output}\n`)
      return false
    }
  }
  return true
}

try {
  const options = readOptions()
  const lack = findLack()
  if (options === null) process.stdout.write(`${USAGE}\n`)
  else if (lack !== null) {
    process.stderr.write(`linux drill: not played: ${lack}\n`)
    process.exitCode = 1
  } else {
    const { inside } = options
    const isGood = inside === undefined ? await prepareAndPlay(options) : await playSteps(options, inside)
    process.exitCode = isGood ? 0 : 1
  }
} catch (error) {
  process.stderr.write(`linux drill: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
}
// Whatever a failed step has left open must not keep the run from ending.
process.exit()
