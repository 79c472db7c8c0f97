/** What is expected of a kiosk for each change of its standing in each state, and the table of what happened. Pure. */

export const ADMISSION_STATES = [
  'attract',
  'preparing',
  'awaitingApproval',
  'confirming',
  'signedIn',
  'ended',
  'trouble',
] as const
export type AdmissionState = (typeof ADMISSION_STATES)[number]

export const ADMISSION_CHANGES = {
  rotated: 'certificate replaced',
  suspended: 'device suspended, later active again',
  revoked: 'certificate revoked, later a new one',
  away: 'gateway stopped, later started again',
} as const
export type AdmissionChange = keyof typeof ADMISSION_CHANGES

/** As the kiosk, its gateway and its provider tell it, put together from what was seen. */
export type AdmissionSeen = {
  /** Somebody had to touch the screen to learn it. */
  isTouched: boolean
  /** The screen's state once the change has come to it, with its code or reason. */
  screen: string
  /** Nothing is left of a session that was there; null where there was none, or it goes on. */
  isWiped: boolean | null
  /** The provider heard of the kiosk between the refusal and its end. */
  hasLeaked: boolean
  /** How it goes on when the change is undone. */
  afterwards: string
}

const AT_REST: readonly AdmissionState[] = ['attract', 'ended']
const WITH_TOKENS: readonly AdmissionState[] = ['confirming', 'signedIn']
const REFUSED = { suspended: 'device-suspended', revoked: 'device-not-admitted' } as const

export function expectedOf(change: AdmissionChange, state: AdmissionState): AdmissionSeen {
  const isTouched = AT_REST.includes(state) && change !== 'rotated'
  const seen = { isTouched, isWiped: null, hasLeaked: false }
  const freshCode = 'a code by itself'
  switch (change) {
    case 'rotated': {
      const next = { preparing: 'awaitingApproval', ended: 'attract', trouble: 'awaitingApproval' } as const
      const screen = Object.hasOwn(next, state) ? next[state as keyof typeof next] : state
      return { ...seen, screen, afterwards: 'new certificate in use' }
    }
    case 'suspended':
    case 'revoked': {
      if (!WITH_TOKENS.includes(state)) return { ...seen, screen: `trouble ${REFUSED[change]}`, afterwards: freshCode }
      return { ...seen, screen: 'ended device-refused', isWiped: true, afterwards: 'a code at a touch' }
    }
    case 'away': {
      if (WITH_TOKENS.includes(state)) return { ...seen, screen: state, afterwards: 'the session goes on' }
      if (state !== 'awaitingApproval') return { ...seen, screen: 'trouble gateway-unreachable', afterwards: freshCode }
      return { ...seen, screen: `${state} gateway-unreachable`, afterwards: 'the same code goes on' }
    }
  }
}

/** In a few words. */
export function describeSeen({ isTouched, screen, isWiped, hasLeaked, afterwards }: AdmissionSeen): string {
  const [kind = '', why] = screen.split(' ')
  const parts = [
    ...(isTouched ? ['at the next touch'] : []),
    `\`${kind}\`${why === undefined ? '' : ` (${why})`}${isWiped ? ', wiped' : ''}`,
    ...(isWiped === false ? ['NOT WIPED'] : []),
    ...(hasLeaked ? ['THE PROVIDER WAS ASKED'] : []),
  ]
  return `${parts.join(' ')}; ${afterwards}`
}

export type AdmissionCell = { change: AdmissionChange; state: AdmissionState } & (
  | { kind: 'seen'; seen: AdmissionSeen }
  | { kind: 'broken'; why: string }
)

export function isAsExpected(cell: AdmissionCell): boolean {
  if (cell.kind === 'broken') return false
  const expected = expectedOf(cell.change, cell.state)
  return (Object.keys(expected) as (keyof AdmissionSeen)[]).every((name) => cell.seen[name] === expected[name])
}

function textOf(cell: AdmissionCell | undefined): string {
  if (!cell) return ''
  if (cell.kind === 'broken') return `BROKEN: ${cell.why}`
  return isAsExpected(cell) ? describeSeen(cell.seen) : `NOT AS EXPECTED: ${describeSeen(cell.seen)}`
}

/** As Markdown: a row for each state, a column for each change. */
export function describeAdmissions(cells: readonly AdmissionCell[]): string {
  const changes = (Object.keys(ADMISSION_CHANGES) as AdmissionChange[]).filter((change) =>
    cells.some((cell) => cell.change === change),
  )
  const states = ADMISSION_STATES.filter((state) => cells.some((cell) => cell.state === state))
  const rows = states.map((state) => {
    const texts = changes.map((change) => textOf(cells.find((cell) => cell.state === state && cell.change === change)))
    return `| \`${state}\` | ${texts.join(' | ')} |`
  })
  const head = `| on the screen | ${changes.map((change) => ADMISSION_CHANGES[change]).join(' | ')} |`
  return [head, `| --- |${' --- |'.repeat(changes.length)}`, ...rows].join('\n')
}
