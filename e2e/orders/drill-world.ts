/** What all drills of orders look at. */
import { setTimeout as wait } from 'node:timers/promises'
import type { ReceiptPayload } from '../../contract/remote-orders.ts'
import type { OrdersWorld } from '../integration/orders-world.ts'

export function receiptsOf({ operations }: OrdersWorld, orderId: string): ReceiptPayload[] {
  return operations.receipts.flatMap(({ receipt }) => (receipt.orderId === orderId ? [receipt] : []))
}

/** @returns how long it took */
export async function until(what: string, test: () => boolean, limitMs = 90_000): Promise<number> {
  const startedAtMs = performance.now()
  while (!test()) {
    if (performance.now() - startedAtMs > limitMs) throw new Error(`${what}: not within ${limitMs / 1000} s`)
    await wait(20)
  }
  return performance.now() - startedAtMs
}
