/** A row for each kiosk. Draws the rows again that have changed, and no others. */
import { memo, useCallback } from 'react'
import { CONCERN_WORDS, type KioskFacts } from '../follow/kiosk-facts.ts'
import { agoWords, leftWords, spanWords } from '../follow/time-words.ts'

type RowProps = {
  facts: KioskFacts
  nowEpochMs: number
  isTicked: boolean
  isOpen: boolean
  onTick: (deviceId: string, isTicked: boolean) => void
  onOpen: (deviceId: string) => void
}

function Row({ facts, nowEpochMs, isTicked, isOpen, onTick, onOpen }: RowProps) {
  const { deviceId, concerns, lastFault, stateSinceEpochMs, certificateDays } = facts
  return (
    <tr className={isOpen ? 'open' : ''}>
      <td className="tick">
        <input
          type="checkbox"
          aria-label={`Tick ${deviceId}`}
          checked={isTicked}
          onChange={({ target }) => onTick(deviceId, target.checked)}
        />
      </td>
      <th scope="row">
        <button type="button" className="device" aria-expanded={isOpen} onClick={() => onOpen(deviceId)}>
          {deviceId}
        </button>
        <span className="name">{facts.name}</span>
      </th>
      <td>{facts.site}</td>
      <td>
        <span className={`presence ${facts.presence}`}>{facts.presence}</span>
      </td>
      <td>
        {facts.state ?? '–'}
        {stateSinceEpochMs !== null && <small> {spanWords(nowEpochMs - stateSinceEpochMs)}</small>}
      </td>
      <td>{agoWords(facts.lastTokenIssueEpochMs, nowEpochMs)}</td>
      <td>{leftWords(facts.tokenValidUntilEpochMs, nowEpochMs)}</td>
      <td>
        {facts.version || '–'}
        {facts.bundleVersion !== null && <small> bundle {facts.bundleVersion}</small>}
      </td>
      <td>{certificateDays === null ? '–' : `${certificateDays} d`}</td>
      <td>{facts.painted ?? '–'}</td>
      <td className="wrap">
        {concerns.map((concern) => (
          <span key={concern} className="concern">
            {CONCERN_WORDS[concern]}
          </span>
        ))}
        {lastFault && (
          <span className="fault">
            {lastFault.code} <small>{agoWords(lastFault.atEpochMs, nowEpochMs)}</small>
          </span>
        )}
      </td>
    </tr>
  )
}

/** By what is in them: facts are made anew with every batch. */
const MemoRow = memo(Row, (before, after) => {
  const { facts: one, ...others } = before
  const { facts: other, ...next } = after
  const isSame = Object.entries(others).every(([name, value]) => Object.is(value, next[name as keyof typeof next]))
  return isSame && (one === other || JSON.stringify(one) === JSON.stringify(other))
})

type FleetTableProps = {
  shown: readonly KioskFacts[]
  /** Of the whole fleet; null while it is still coming. */
  total: number | null
  ticked: ReadonlySet<string>
  openId: string | null
  nowEpochMs: number
  onTick: (change: (ticked: ReadonlySet<string>) => ReadonlySet<string>) => void
  onOpen: (deviceId: string) => void
}

const TITLES = [
  'Device',
  'Site',
  'Presence',
  'State',
  'Last token',
  'Valid',
  'Version',
  'Certificate',
  'Painted',
  'Wrong',
]

export function FleetTable({ shown, total, ticked, openId, nowEpochMs, onTick, onOpen }: FleetTableProps) {
  const tick = useCallback(
    (deviceId: string, isTicked: boolean) =>
      onTick((before) => {
        const after = new Set(before)
        if (isTicked) after.add(deviceId)
        else after.delete(deviceId)
        return after
      }),
    [onTick],
  )
  const tickAll = (isTicked: boolean) =>
    onTick((before) => {
      const ids = shown.map(({ deviceId }) => deviceId)
      return isTicked ? new Set([...before, ...ids]) : new Set([...before].filter((id) => !ids.includes(id)))
    })
  if (total === 0) {
    return (
      <p className="empty">
        No kiosk has reported to this broker yet. One does as soon as its bundle names the broker (remoteControl) and
        its certificate is in place.
      </p>
    )
  }
  if (shown.length === 0)
    return <p className="empty">{total === null ? 'Asking the broker…' : 'No kiosk is like that.'}</p>
  const areAll = shown.every(({ deviceId }) => ticked.has(deviceId))
  return (
    // Scrolled by keys as well.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard (WCAG 2.1.1)
    <section className="table" aria-label="Kiosks" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <td className="tick">
              <input
                type="checkbox"
                aria-label="Tick all that are shown"
                checked={areAll}
                onChange={({ target }) => tickAll(target.checked)}
              />
            </td>
            {TITLES.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((facts) => (
            <MemoRow
              key={facts.deviceId}
              facts={facts}
              nowEpochMs={nowEpochMs}
              isTicked={ticked.has(facts.deviceId)}
              isOpen={facts.deviceId === openId}
              onTick={tick}
              onOpen={onOpen}
            />
          ))}
        </tbody>
      </table>
    </section>
  )
}
