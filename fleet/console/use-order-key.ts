/** The order key as this page knows it, the same in every tab of it. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { destroyOrderKey, makeOrderKey, type OrderKey, readOrderKey } from './order-key.ts'

type HeldKey =
  /** Whether there is one is not known yet: none may be made. */
  { kind: 'reading' } | { kind: 'none' } | { kind: 'ready'; key: OrderKey } | { kind: 'unavailable'; why: string }

export type KeyHolder = {
  held: HeldKey
  make: () => Promise<void>
  destroy: () => Promise<void>
}

export function useOrderKey(): KeyHolder {
  const [held, setHeld] = useState<HeldKey>({ kind: 'reading' })
  const others = useRef<BroadcastChannel>(null)

  const look = useCallback(async () => {
    try {
      const key = await readOrderKey()
      setHeld(key ? { kind: 'ready', key } : { kind: 'none' })
    } catch (error) {
      setHeld({ kind: 'unavailable', why: error instanceof Error ? error.name : String(error) })
    }
  }, [])

  useEffect(() => {
    const channel = new BroadcastChannel('order-key')
    others.current = channel
    channel.onmessage = () => void look()
    void look()
    return () => channel.close()
  }, [look])

  const change = useCallback(
    async (how: () => Promise<void>) => {
      try {
        await how()
      } finally {
        await look()
        others.current?.postMessage('changed')
      }
    },
    [look],
  )
  const make = useCallback(async () => {
    await change(makeOrderKey)
    // A browser that is short of space drops first what nobody has asked it to keep.
    await navigator.storage.persist()
  }, [change])
  const destroy = useCallback(() => change(destroyOrderKey), [change])
  return { held, make, destroy }
}
