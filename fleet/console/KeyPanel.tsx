/** The browser's key for orders: makes one, shows its public half for the kiosks to pin, and destroys it by intent only. */
import { useEffect, useRef, useState } from 'react'
import { assertNever } from '../../contract/kiosk-error.ts'
import { Dialog } from './Dialog.tsx'
import type { OrderKey } from './order-key.ts'
import type { KeyHolder } from './use-order-key.ts'

const faultOf = (what: string, error: unknown) => `${what} (${error instanceof Error ? error.name : String(error)}).`

type Say = (words: string | null) => void

function PublicHalf({ publicJwk, isFresh, onDestroy }: OrderKey & { isFresh: boolean; onDestroy: () => void }) {
  const [copied, setCopied] = useState<string | null>(null)
  const summary = useRef<HTMLElement>(null)
  // The button that made it is gone.
  useEffect(() => {
    if (isFresh) summary.current?.focus()
  }, [isFresh])
  const copy = () => {
    navigator.clipboard.writeText(JSON.stringify(publicJwk)).then(
      () => setCopied('Copied'),
      () => setCopied('The browser did not allow it: mark the text and copy it'),
    )
  }
  return (
    // Open only when it was just made: from then on it is looked for seldom.
    <details open={isFresh}>
      <summary ref={summary}>
        <h2>Order key</h2>
        <span className="quiet">ready</span>
      </summary>
      <p>
        It lives in this browser and cannot be taken out of it. Kiosks obey it once this public half stands in their{' '}
        <code>operations-keys.json</code>, whose form is <code>{'{"keys": […]}'}</code>.
      </p>
      <textarea
        readOnly
        rows={9}
        aria-label="Public half of the order key"
        value={JSON.stringify(publicJwk, null, 2)}
      />
      <p className="buttons">
        <button type="button" onClick={copy}>
          Copy
        </button>
        <span role="status">{copied}</span>
        <button type="button" className="danger last" onClick={onDestroy}>
          Destroy the key…
        </button>
      </p>
    </details>
  )
}

function Content({ holder, say }: { holder: KeyHolder; say: Say }) {
  const { held, make, destroy } = holder
  const [isMaking, setMaking] = useState(false)
  const [isFresh, setFresh] = useState(false)
  const [isAsked, setAsked] = useState(false)
  switch (held.kind) {
    case 'reading':
      return <p className="quiet">Looking for this browser’s key…</p>
    case 'unavailable':
      return (
        <p role="alert">
          This browser gives this page no place for a key ({held.why}), as in a private window: orders cannot be signed.
        </p>
      )
    case 'none':
      return (
        <p className="buttons">
          <span>There is none in this browser yet.</span>
          <button
            type="button"
            className="primary"
            disabled={isMaking}
            onClick={() => {
              setMaking(true)
              say(null)
              make()
                .then(() => setFresh(true))
                .catch((error: unknown) => say(faultOf('The key could not be made or kept', error)))
                .finally(() => setMaking(false))
            }}
          >
            Make an order key
          </button>
        </p>
      )
    case 'ready':
      return (
        <>
          <PublicHalf {...held.key} isFresh={isFresh} onDestroy={() => setAsked(true)} />
          {isAsked && (
            <Dialog
              title="Destroy the order key?"
              verb="Destroy the key"
              isDangerous
              onAnswer={(isYes) => {
                setAsked(false)
                setFresh(false)
                if (isYes) {
                  destroy().catch((error: unknown) => say(faultOf('The key could not be destroyed', error)))
                }
              }}
            >
              <p>
                Kiosks that pin it never obey this browser again. Take its public half out of their{' '}
                <code>operations-keys.json</code>, and pin that of the next one.
              </p>
            </Dialog>
          )}
        </>
      )
    default:
      return assertNever(held)
  }
}

export function KeyPanel({ holder }: { holder: KeyHolder }) {
  const [fault, setFault] = useState<string | null>(null)
  return (
    <section className="key" aria-label="Order key">
      {holder.held.kind !== 'ready' && <h2>Order key</h2>}
      {fault !== null && <p role="alert">{fault}</p>}
      <Content holder={holder} say={setFault} />
    </section>
  )
}
