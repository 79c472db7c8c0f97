/** Orders to the kiosks that are ticked. Asks before each; before a wipe by something that nobody types by mistake. */
import { useEffect, useRef, useState } from 'react'
import type { OrderName } from '../../contract/remote-orders.ts'
import { wipePhrase } from '../orders/order-words.ts'
import type { OrderSigner } from '../orders/sign-order.ts'
import type { FleetStore } from './fleet-store.ts'

const CHOICES: readonly { order: OrderName; label: string; asks: string }[] = [
  { order: 'revoke-session', label: 'Revoke', asks: 'Ends the session, or the code on the screen.' },
  { order: 'refresh-tokens', label: 'Refresh', asks: 'Renews the tokens of the session now.' },
  { order: 'restart-sign-in', label: 'Restart', asks: 'Ends the session and shows a fresh code.' },
  { order: 'reload-config', label: 'Reload', asks: 'Looks at the bundle’s folder now.' },
  { order: 'collect-diagnostics', label: 'Diagnose', asks: 'Answers what a technician would see.' },
  { order: 'wipe', label: 'Wipe', asks: 'Ends the session and destroys the device key.' },
]

type Asked = (typeof CHOICES)[number] & { deviceIds: readonly string[] }

function Question({ asked, onAnswer }: { asked: Asked; onAnswer: (isYes: boolean) => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [typed, setTyped] = useState('')
  useEffect(() => dialog.current?.showModal(), [])
  const { order, label, asks, deviceIds } = asked
  const phrase = wipePhrase(deviceIds)
  const isReady = order !== 'wipe' || typed.trim() === phrase
  return (
    <dialog ref={dialog} aria-labelledby="question" onCancel={() => onAnswer(false)}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) onAnswer(true)
        }}
      >
        <h2 id="question">
          {label} {deviceIds.length === 1 ? deviceIds[0] : `${deviceIds.length} kiosks`}?
        </h2>
        <p>{asks}</p>
        {order === 'wipe' && (
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
        <p className="buttons">
          <button type="button" onClick={() => onAnswer(false)}>
            Cancel
          </button>
          <button type="submit" className={order === 'wipe' ? 'danger' : 'primary'} disabled={!isReady}>
            {label}
          </button>
        </p>
      </form>
    </dialog>
  )
}

type OrderBarProps = {
  chosen: readonly string[]
  signer: OrderSigner | null
  isConnected: boolean
  onOrder: FleetStore['order']
}

export function OrderBar({ chosen, signer, isConnected, onOrder }: OrderBarProps) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const count = `${chosen.length} ${chosen.length === 1 ? 'kiosk' : 'kiosks'} ticked`
  const hint = signer ? count : 'To order anything, make an order key below.'
  return (
    <section className="orders" aria-label="Orders">
      <p>{hint}</p>
      {CHOICES.map((choice) => (
        <button
          key={choice.order}
          type="button"
          className={choice.order === 'wipe' ? 'danger' : ''}
          disabled={!signer || !isConnected || chosen.length === 0}
          onClick={() => setAsked({ ...choice, deviceIds: chosen })}
        >
          {choice.label}
        </button>
      ))}
      {asked && (
        <Question
          asked={asked}
          onAnswer={(isYes) => {
            setAsked(null)
            if (isYes && signer) void onOrder(asked.order, asked.deviceIds, signer)
          }}
        />
      )}
    </section>
  )
}
