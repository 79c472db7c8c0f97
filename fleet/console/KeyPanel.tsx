/** The browser's key for orders: makes one, and shows its public half for the kiosks to pin. */
import { useState } from 'react'
import { makeOrderKey, type OrderKey } from './order-key.ts'

type KeyPanelProps = { orderKey: OrderKey | null | 'unavailable'; onMade: (key: OrderKey) => void }

export function KeyPanel({ orderKey, onMade }: KeyPanelProps) {
  const [fault, setFault] = useState(false)
  const [isFresh, setFresh] = useState(false)
  const make = () => {
    setFault(false)
    makeOrderKey().then(
      (made) => {
        setFresh(true)
        onMade(made)
      },
      () => setFault(true),
    )
  }
  const hasKey = orderKey !== null && orderKey !== 'unavailable'
  return (
    <section className="key" aria-label="Order key">
      {!hasKey && <h2>Order key</h2>}
      {(orderKey === 'unavailable' || fault) && (
        <p role="alert">This browser keeps no keys here, as in a private window: orders cannot be signed.</p>
      )}
      {hasKey ? (
        // Open only when it was just made: from then on it is looked for seldom.
        <details open={isFresh}>
          <summary>
            <h2>Order key</h2>
          </summary>
          <p>
            It lives in this browser and cannot be taken out of it. Kiosks obey it once this public half stands in their{' '}
            <code>operations-keys.json</code>, whose form is <code>{'{"keys": […]}'}</code>.
          </p>
          <textarea
            readOnly
            rows={9}
            aria-label="Public half of the order key"
            value={JSON.stringify(orderKey.publicJwk, null, 2)}
          />
          <p className="buttons">
            <button
              type="button"
              onClick={() => void navigator.clipboard.writeText(JSON.stringify(orderKey.publicJwk))}
            >
              Copy
            </button>
          </p>
        </details>
      ) : (
        <p className="buttons">
          <span>There is none in this browser yet.</span>
          <button type="button" className="primary" disabled={orderKey === 'unavailable'} onClick={make}>
            Make an order key
          </button>
        </p>
      )}
    </section>
  )
}
