/** A row for each kiosk. Draws those in view, and again only those that have changed. */
import { memo, useCallback, useRef } from 'react'
import { CONCERN_WORDS, type KioskFacts } from '../follow/kiosk-facts.ts'
import { agoWords, leftWords, spanWords } from '../follow/time-words.ts'
import { useRowWindow } from './use-row-window.ts'

type RowProps = {
  facts: KioskFacts
  /** From 1, with the head; a screen reader tells it. */
  index: number
  nowEpochMs: number
  isTicked: boolean
  isOpen: boolean
  onTick: (deviceId: string, isTicked: boolean) => void
  onOpen: (deviceId: string) => void
}

function Row({ facts, index, nowEpochMs, isTicked, isOpen, onTick, onOpen }: RowProps) {
  const { deviceId, concerns, lastFault, stateSinceEpochMs, certificateDays } = facts
  return (
    <tr className={isOpen ? 'open' : ''} aria-rowindex={index}>
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
      <td>
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
      <td>{agoWords(facts.lastTokenIssueEpochMs, nowEpochMs)}</td>
      <td>{leftWords(facts.tokenValidUntilEpochMs, nowEpochMs)}</td>
      <td>
        {facts.version || '–'}
        {facts.bundleVersion !== null && <small> bundle {facts.bundleVersion}</small>}
      </td>
      <td>{certificateDays === null ? '–' : `${certificateDays} d`}</td>
      <td>{facts.painted ?? '–'}</td>
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

const TITLES = [
  'Device',
  'Site',
  'Presence',
  'State',
  'Wrong',
  'Last token',
  'Valid',
  'Version',
  'Certificate',
  'Painted',
]

/** In place of rows that nobody sees. */
function Gap({ rows, height }: { rows: number; height: number }) {
  return rows > 0 ? (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it can be focused
    <tr aria-hidden="true" className="gap">
      <td colSpan={TITLES.length + 1} height={rows * height} />
    </tr>
  ) : null
}

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

export function FleetTable({ shown, total, ticked, openId, nowEpochMs, onTick, onOpen }: FleetTableProps) {
  const scroller = useRef<HTMLElement>(null)
  const { first, end, height } = useRowWindow(scroller, shown.length)
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
    <section ref={scroller} className="table" aria-label="Kiosks" tabIndex={0}>
      <table aria-rowcount={shown.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
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
          <Gap rows={first} height={height} />
          {shown.slice(first, end).map((facts, index) => (
            <MemoRow
              key={facts.deviceId}
              facts={facts}
              index={first + index + 2}
              nowEpochMs={nowEpochMs}
              isTicked={ticked.has(facts.deviceId)}
              isOpen={facts.deviceId === openId}
              onTick={tick}
              onOpen={onOpen}
            />
          ))}
          <Gap rows={shown.length - end} height={height} />
        </tbody>
      </table>
    </section>
  )
}
