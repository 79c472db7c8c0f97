/** Orders to the kiosks that are ticked. Never sends one that was not asked about. */
import { useState } from 'react'
import type { OrderName } from '../../contract/remote-orders.ts'
import type { KioskFacts } from '../follow/kiosk-facts.ts'
import { type AskedOrder, OrderQuestion } from './OrderQuestion.tsx'
import { kioskCount, ORDER_WORDS } from './page-words.ts'

const ORDER_BUTTONS: readonly OrderName[] = [
  'revoke-session',
  'refresh-tokens',
  'restart-sign-in',
  'reload-config',
  'collect-diagnostics',
  'wipe',
]

type OrderBarProps = {
  /** Ticked, and in the table. */
  chosen: readonly KioskFacts[]
  /** Ticked, but not in the table for its filter: no order goes to them. */
  hiddenCount: number
  hasKey: boolean
  isConnected: boolean
  /** Why the last order was not sent at all. */
  fault: string | null
  onUntickHidden: () => void
  onOrder: (order: OrderName, deviceIds: readonly string[]) => void
}

function hintOf({ hasKey, chosen }: Pick<OrderBarProps, 'hasKey' | 'chosen'>): string {
  if (!hasKey) return 'To order anything, make an order key below.'
  return chosen.length === 0 ? 'Tick kiosks to order something.' : `${kioskCount(chosen.length)} ticked`
}

export function OrderBar({ chosen, hiddenCount, hasKey, isConnected, fault, onUntickHidden, onOrder }: OrderBarProps) {
  const [asked, setAsked] = useState<AskedOrder | null>(null)
  return (
    <section className="orders" aria-label="Orders">
      <p>
        {hintOf({ hasKey, chosen })}
        {hiddenCount > 0 && (
          <>
            {' '}
            · {hiddenCount} more hidden by the filter{' '}
            <button type="button" className="link" onClick={onUntickHidden}>
              Untick them
            </button>
          </>
        )}
      </p>
      {ORDER_BUTTONS.map((order) => (
        <button
          key={order}
          type="button"
          className={order === 'wipe' ? 'danger' : ''}
          disabled={!hasKey || !isConnected || chosen.length === 0}
          onClick={() => setAsked({ order, kiosks: chosen, askedAtEpochMs: Date.now() })}
        >
          {ORDER_WORDS[order].verb}
        </button>
      ))}
      {fault !== null && <p role="alert">{fault}</p>}
      {asked && (
        <OrderQuestion
          asked={asked}
          onAnswer={(isYes) => {
            setAsked(null)
            if (isYes) {
              onOrder(
                asked.order,
                asked.kiosks.map(({ deviceId }) => deviceId),
              )
            }
          }}
        />
      )}
    </section>
  )
}
