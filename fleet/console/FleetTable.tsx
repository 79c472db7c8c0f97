/** A row for each kiosk. Draws those in view, and again only those that have changed. */
import { type CSSProperties, memo, useCallback, useRef } from 'react'
import type { KioskFacts } from '../follow/kiosk-facts.ts'
import { agoWords, leftWords, spanWords } from '../follow/time-words.ts'
import { Concerns } from './Concerns.tsx'
import { stateWords } from './page-words.ts'
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
  const marks = [isOpen && 'open', isTicked && 'ticked', facts.presence === 'offline' && 'stale']
  return (
    <tr className={marks.filter(Boolean).join(' ')} aria-rowindex={index}>
      <td className="tick">
        <input
          type="checkbox"
          aria-label={`Tick ${deviceId}`}
          checked={isTicked}
          onChange={({ target }) => onTick(deviceId, target.checked)}
        />
      </td>
      <th scope="row">
        <button
          type="button"
          className="device"
          data-device={deviceId}
          aria-expanded={isOpen}
          onClick={() => onOpen(deviceId)}
        >
          {deviceId}
        </button>
        <span className="name" title={facts.name}>
          {facts.name}
          {facts.site !== '' && <span className="site">, {facts.site}</span>}
        </span>
      </th>
      <td title={facts.site}>{facts.site}</td>
      <td>
        <span className={`presence ${facts.presence}`}>{facts.presence}</span>
        {facts.presence === 'offline' && facts.lastHeardEpochMs !== null && (
          <small title="Since it was last heard of"> {spanWords(nowEpochMs - facts.lastHeardEpochMs)}</small>
        )}
      </td>
      <td>
        {facts.state === null ? '–' : stateWords(facts.state)}
        {stateSinceEpochMs !== null && <small> {spanWords(nowEpochMs - stateSinceEpochMs)}</small>}
      </td>
      <td>
        <Concerns concerns={concerns} />
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
        {facts.bundleVersion !== null && <small title={`Bundle ${facts.bundleVersion}`}> b{facts.bundleVersion}</small>}
      </td>
      <td>{certificateDays === null ? '–' : `${certificateDays} d`}</td>
      <td>{facts.painted === null ? '–' : stateWords(facts.painted)}</td>
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
  'Connection',
  'Session',
  'Needs attention',
  'Last token',
  'Token left',
  'Version',
  'Certificate',
  'On screen',
]

/** In place of rows that nobody sees. */
function Gap({ rows, height }: { rows: number; height: number }) {
  return rows > 0 ? (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it can be focused
    <tr aria-hidden="true" className="gap">
      <td height={rows * height} />
    </tr>
  ) : null
}

type FleetTableProps = {
  /** In this order: it is held while somebody aims at a row. */
  shown: readonly KioskFacts[]
  /** Of the whole fleet; null while it is still coming. */
  total: number | null
  ticked: ReadonlySet<string>
  openId: string | null
  nowEpochMs: number
  /** The pointer or the keyboard is in the table, or no more. */
  onAim: (isAimed: boolean) => void
  onTick: (change: (ticked: ReadonlySet<string>) => ReadonlySet<string>) => void
  onOpen: (deviceId: string) => void
}

export function FleetTable({ shown, total, ticked, openId, nowEpochMs, onAim, onTick, onOpen }: FleetTableProps) {
  const scroller = useRef<HTMLElement>(null)
  const aim = useRef({ pointer: false, keyboard: false })
  const note = (part: Partial<(typeof aim)['current']>) => {
    aim.current = { ...aim.current, ...part }
    onAim(aim.current.pointer || aim.current.keyboard)
  }
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
  if (shown.length === 0) return <p className="empty">{total === null ? 'Asking the broker…' : 'No kiosk matches.'}</p>
  const areAll = shown.every(({ deviceId }) => ticked.has(deviceId))
  return (
    <section
      ref={scroller}
      className="table"
      style={{ '--rows': shown.length } as CSSProperties}
      aria-label="Kiosks"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard (WCAG 2.1.1)
      tabIndex={0}
      onPointerEnter={() => note({ pointer: true })}
      onPointerLeave={() => note({ pointer: false })}
      onFocus={() => note({ keyboard: true })}
      onBlur={() => note({ keyboard: false })}
    >
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
