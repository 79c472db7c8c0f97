/** Asks before an order is sent: names every kiosk that it goes to, and until when it counts. */
import { useState } from 'react'
import type { OrderName } from '../../contract/remote-orders.ts'
import type { KioskFacts } from '../follow/kiosk-facts.ts'
import { wipePhrase } from '../orders/order-words.ts'
import { ORDER_LIFE_SECONDS } from '../orders/sign-order.ts'
import { Dialog } from './Dialog.tsx'
import { dayWords } from './page-time.ts'
import { kioskCount, ORDER_WORDS } from './page-words.ts'

/** As they were when it was asked: what is confirmed is what is sent. */
export type AskedOrder = { order: OrderName; kiosks: readonly KioskFacts[]; askedAtEpochMs: number }

/** Of more than these the list scrolls, and is summed up. */
const SEEN_AT_ONCE = 6

function siteWords(kiosks: readonly KioskFacts[]): string {
  const counts = new Map<string, number>()
  for (const { site } of kiosks) counts.set(site || 'no site', (counts.get(site || 'no site') ?? 0) + 1)
  return [...counts].map(([site, count]) => `${site} (${count})`).join(', ')
}

export function OrderQuestion({ asked, onAnswer }: { asked: AskedOrder; onAnswer: (isYes: boolean) => void }) {
  const [typed, setTyped] = useState('')
  const { order, kiosks, askedAtEpochMs } = asked
  const { verb, about } = ORDER_WORDS[order]
  const isWipe = order === 'wipe'
  const phrase = wipePhrase(kiosks.map(({ deviceId }) => deviceId))
  const [only] = kiosks
  const absent = kiosks.filter(({ presence }) => presence !== 'online').length
  const absentWords = `${kiosks.length === 1 ? 'It' : `${absent} of them`} ${absent === 1 ? 'is' : 'are'} not online. `
  return (
    <Dialog
      title={`${verb}: ${kiosks.length === 1 && only ? only.deviceId : kioskCount(kiosks.length)}?`}
      verb={isWipe ? `Wipe ${kioskCount(kiosks.length)}` : verb}
      isDangerous={isWipe}
      isReady={!isWipe || typed.trim() === phrase}
      onAnswer={onAnswer}
    >
      <p>{about}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls has to be reached by keyboard (WCAG 2.1.1) */}
      <ul className="asked" aria-label="Goes to" tabIndex={0}>
        {kiosks.map(({ deviceId, name, site, presence }) => (
          <li key={deviceId}>
            <b>{deviceId}</b>
            <span>{[name, site].filter(Boolean).join(', ') || '–'}</span>
            <span className={`presence ${presence}`}>{presence}</span>
          </li>
        ))}
      </ul>
      {kiosks.length > SEEN_AT_ONCE && <p className="quiet">{siteWords(kiosks)}</p>}
      <p className="quiet">
        {absent > 0 && absentWords}A kiosk that is off finds the order until{' '}
        {dayWords(askedAtEpochMs + ORDER_LIFE_SECONDS[order] * 1000)}.
      </p>
      {isWipe && (
        <p className="quiet">Names and sites are what kiosks report, which nobody has signed: go by the ids.</p>
      )}
      {isWipe && (
        <label className="typed">
          <span>
            Type <b>{phrase}</b> to go on
          </span>
          <input
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
      )}
    </Dialog>
  )
}
