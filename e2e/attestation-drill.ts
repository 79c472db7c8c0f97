/** `npm run attestation:drill`: every change of a device's standing in every state of the session, with real nginx, helper and provider. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createCleanups } from '../demo/cleanups.ts'
import { openAdmissionKiosk } from './admission/admission-kiosk.ts'
import {
  ADMISSION_CHANGES,
  ADMISSION_STATES,
  type AdmissionCell,
  type AdmissionChange,
  type AdmissionState,
  describeAdmissions,
  isAsExpected,
} from './admission/admission-table.ts'
import { playAdmission } from './admission/play-admission.ts'

const USAGE = `Usage: npm run attestation:drill -- [options]

  --quick        the few cells that "npm test" plays
  --only WORDS   the cells whose names hold these words, such as "signedIn" or "signedIn × revoked"
  --lanes N      kiosks at once (default 3)
  --write        puts the table into docs/gateway.md, where all is as expected`

type Cell = { state: AdmissionState; change: AdmissionChange }

const ALL = ADMISSION_STATES.flatMap((state) =>
  (Object.keys(ADMISSION_CHANGES) as AdmissionChange[]).map((change): Cell => ({ state, change })),
)

/** Each change once, where it matters most. */
const QUICK: readonly Cell[] = [
  { state: 'signedIn', change: 'suspended' },
  { state: 'awaitingApproval', change: 'revoked' },
  { state: 'signedIn', change: 'rotated' },
  { state: 'awaitingApproval', change: 'away' },
]

const nameOf = ({ state, change }: Cell) => `${state} × ${change}`

async function playCell({ state, change }: Cell): Promise<AdmissionCell> {
  const cleanups = createCleanups()
  try {
    const kiosk = await openAdmissionKiosk(cleanups)
    return { state, change, kind: 'seen', seen: await playAdmission(kiosk, state, change) }
  } catch (error) {
    return { state, change, kind: 'broken', why: error instanceof Error ? error.message : String(error) }
  } finally {
    await cleanups.run()
  }
}

async function writeTable(table: string): Promise<void> {
  const page = join(import.meta.dirname, '..', 'docs', 'gateway.md')
  const [before = '', after = ''] = (await readFile(page, 'utf8')).split(
    /<!-- attestation-drill -->.*<!-- attestation-drill end -->/s,
  )
  await writeFile(page, `${before}<!-- attestation-drill -->\n${table}\n<!-- attestation-drill end -->${after}`)
}

/** @returns the table where all is as expected */
async function playAll(cells: readonly Cell[], lanes: number): Promise<string | null> {
  const left = [...cells]
  const played = new Map<string, AdmissionCell>()
  async function playLane(): Promise<void> {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      const outcome = await playCell(cell)
      played.set(nameOf(cell), outcome)
      const word = isAsExpected(outcome) ? 'ok' : outcome.kind === 'broken' ? `BROKEN ${outcome.why}` : 'OTHERWISE'
      process.stderr.write(`${word}  ${nameOf(cell)}\n`)
    }
  }
  await Promise.all(Array.from({ length: lanes }, playLane))
  const inOrder = cells.flatMap((cell) => played.get(nameOf(cell)) ?? [])
  const good = inOrder.filter(isAsExpected).length
  const table = describeAdmissions(inOrder)
  process.stdout.write(`${table}\n\n${good} as expected, ${inOrder.length - good} not\n`)
  return good === inOrder.length && good > 0 ? table : null
}

try {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      lanes: { type: 'string', default: '3' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const lanes = Number(values.lanes)
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > 8)
    throw new TypeError('--lanes takes a whole number from 1 to 8')
  const cells = (values.quick ? QUICK : ALL).filter((cell) => nameOf(cell).includes(values.only))
  if (values.help) {
    process.stdout.write(`${USAGE}\n`)
  } else {
    const table = await playAll(cells, lanes)
    if (table === null) process.exitCode = 1
    else if (values.write && cells.length === ALL.length) await writeTable(table)
  }
} catch (error) {
  process.stderr.write(`attestation drill: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`)
  process.exitCode = 2
}
// Whatever a broken cell has left open must not keep the run from ending.
process.exit()
