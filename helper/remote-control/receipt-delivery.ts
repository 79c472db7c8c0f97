/** Sends receipts under the device's own key, each once at a time. Never forgets one that the broker has not taken. */
import { RECEIPT_TYPE, type ReceiptPayload } from '../../contract/remote-orders.ts'
import type { DeviceIdentity } from '../attestation/device-identity.ts'
import type { Log } from '../log.ts'

export type ReceiptDelivery = {
  /** Nothing happens without a connection: the next one delivers whatever the journal holds. */
  deliver(receipt: ReceiptPayload): void
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>
}

export function openReceiptDelivery(options: {
  /** As it is now. */
  identity: () => Pick<DeviceIdentity, 'signJws'>
  /** Null without a connection that stands: what waited for the next one would hold up a stop. */
  send: () => ((jws: string) => Promise<void>) | null
  delivered: (receipt: ReceiptPayload) => void
  log: Log
}): ReceiptDelivery {
  const { identity, send, delivered, log } = options
  const sending = new Map<ReceiptPayload, Promise<void>>()
  return {
    deliver(receipt) {
      const sendReceipt = send()
      if (!sendReceipt || sending.has(receipt)) return
      const sent = identity()
        .signJws(RECEIPT_TYPE, receipt)
        .then(sendReceipt)
        .then(() => delivered(receipt))
        // It stays in the journal: the next connection, or the next helper, tries again.
        .catch((error: unknown) =>
          log.warn({ err: error, orderHash: receipt.orderHash }, 'a receipt is not delivered yet'),
        )
        .finally(() => sending.delete(receipt))
      sending.set(receipt, sent)
    },
    async settled() {
      await Promise.all(sending.values())
    },
  }
}
