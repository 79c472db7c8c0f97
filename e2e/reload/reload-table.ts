/** What is expected of a kiosk for each change of its bundle in each state, and the table of what happened. Pure. */
import type { PlayedCell } from '../drills/cell-drill.ts'
import type { ReloadState } from './reload-states.ts'

export const RELOAD_CHANGES = {
  brand: 'another brand',
  settings: 'another length of shift',
  'other-tenant': 'another provider',
  bad: 'broken JSON',
  downgraded: 'an older version',
  unsigned: 'no signature',
  'half-written': 'a half-written file, later whole',
} as const
export type ReloadChange = keyof typeof RELOAD_CHANGES

/** As the kiosk itself and its provider tell it, put together from what was seen. */
export type Seen = {
  /** Codes under which the bundle was refused, in order. */
  refused: string[]
  /** The helper went on with what it had; somebody had to leave before the change came. */
  hasWaited: boolean
  /** What the change ended, by the helper's log: `signedIn`, say. */
  ended: string | null
  /** The old provider was told that the tokens are void. */
  isRevoked: boolean
  /** `same`: the helper runs on. */
  helper: 'same' | 'next'
  /** The new settings count at the end. */
  isTaken: boolean
}

const REFUSED_AS: Partial<Record<ReloadChange, string>> = {
  bad: 'bundle-file-changed',
  downgraded: 'bundle-version-old',
  unsigned: 'bundle-unsigned',
  'half-written': 'bundle-file-changed',
}

const AT_REST: readonly ReloadState[] = ['attract', 'trouble', 'unprovisioned']
const ISSUED: readonly ReloadState[] = ['confirming', 'signedIn']
const ASKED: readonly ReloadState[] = ['preparing', 'awaitingApproval']

export function expectedOf(change: ReloadChange, state: ReloadState): Seen {
  const code = REFUSED_AS[change]
  const refused = code === undefined ? [] : [code]
  const nothing: Seen = { refused, hasWaited: false, ended: null, isRevoked: false, helper: 'same', isTaken: false }
  switch (change) {
    case 'bad':
    case 'downgraded':
    case 'unsigned':
      return nothing
    case 'brand':
    case 'half-written':
      // A kiosk that waits for its first good bundle starts with it.
      return { ...nothing, helper: state === 'unprovisioned' ? 'next' : 'same', isTaken: true }
    case 'settings':
      return { ...nothing, hasWaited: !AT_REST.includes(state), helper: 'next', isTaken: true }
    case 'other-tenant':
      return {
        ...nothing,
        ended: [...ISSUED, ...ASKED].includes(state) ? state : null,
        isRevoked: ISSUED.includes(state),
        helper: 'next',
        isTaken: true,
      }
  }
}

/** In a few words. */
export function describeSeen({ refused, hasWaited, ended, isRevoked, helper, isTaken }: Seen): string {
  const parts: string[] = []
  const [code] = refused
  if (code !== undefined)
    parts.push(isTaken ? `half: refused (\`${code}\`); whole:` : `refused (\`${code}\`), the last good one runs`)
  if (hasWaited) parts.push('waits, then')
  if (ended !== null) parts.push(isRevoked ? 'session ended, wiped and revoked;' : 'code withdrawn;')
  if (isTaken) parts.push(helper === 'same' ? 'shown at once' : 'helper starts anew')
  return parts.join(' ')
}

export type ReloadCell = PlayedCell<ReloadState, ReloadChange, Seen>

export function isAsExpected(cell: ReloadCell): boolean {
  if (cell.kind === 'broken') return false
  return JSON.stringify(cell.seen) === JSON.stringify(expectedOf(cell.change, cell.state))
}

function textOf(cell: ReloadCell | undefined): string {
  if (!cell) return ''
  if (cell.kind === 'broken') return `BROKEN: ${cell.why}`
  return isAsExpected(cell) ? describeSeen(cell.seen) : `NOT AS EXPECTED: ${describeSeen(cell.seen)}`
}

/** As Markdown: a row for each state, a column for each change. */
export function describeReloads(cells: readonly ReloadCell[]): string {
  const changes = Object.keys(RELOAD_CHANGES).filter((change) =>
    cells.some((cell) => cell.change === change),
  ) as ReloadChange[]
  const states = [...new Set(cells.map(({ state }) => state))]
  const rows = states.map((state) => {
    const texts = changes.map((change) => textOf(cells.find((cell) => cell.state === state && cell.change === change)))
    return `| \`${state}\` | ${texts.join(' | ')} |`
  })
  const head = `| on the screen | ${changes.map((change) => RELOAD_CHANGES[change]).join(' | ')} |`
  return [head, `| --- |${' --- |'.repeat(changes.length)}`, ...rows].join('\n')
}
