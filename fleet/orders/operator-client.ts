/** What an operator does at the broker over a connected MQTT client, in Node and in a browser. Sends only what is signed already. */
import type { MqttClient } from 'mqtt'
import { JWS_CONTENT_TYPE, ORDER_MESSAGE_EXPIRY_SECONDS, topicFilterOf, topicOf } from '../../contract/remote-orders.ts'
import { type FleetMessage, readMessage } from '../follow/read-message.ts'

/** MQTT 5 §3.4.2.1. */
const NO_MATCHING_SUBSCRIBERS = 0x10
const REFUSED = 0x80

export type Followed = 'receipts' | 'reported' | 'presence'

export type OperatorClient = {
  /** @throws what the library throws, and Error where the broker refuses */
  follow(what: readonly Followed[]): Promise<void>
  /** @throws what the library throws where the broker refuses */
  send(deviceId: string, jws: string): Promise<{ kind: 'sent'; isAnybodyThere: boolean }>
}

/** @param onMessage also told whether the broker had kept the message, so that it is of any time before now */
export function speakAsOperator(
  client: MqttClient,
  onMessage: (message: FleetMessage, isRetained: boolean) => void,
): OperatorClient {
  // A kiosk without a subscription shows in the acknowledgement's reason, which the library passes on nowhere else.
  const unheard = new Set<number>()
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'puback' && packet.reasonCode === NO_MATCHING_SUBSCRIBERS && packet.messageId !== undefined) {
      unheard.add(packet.messageId)
    }
  })
  client.on('message', (topic, bytes, { retain }) => {
    const message = readMessage(topic, bytes)
    if (message) onMessage(message, retain)
  })
  return {
    async follow(what) {
      // A broker keeps few messages at QoS 1 for one client and drops the rest: a fleet's states would not all come.
      const wanted = what.map((kind) => [topicFilterOf(kind), { qos: kind === 'receipts' ? 1 : 0 }] as const)
      const granted = await client.subscribeAsync(Object.fromEntries(wanted))
      if (granted.some(({ qos }) => qos >= REFUSED)) throw new Error('it does not let you follow its kiosks')
    },
    async send(deviceId, jws) {
      const properties = { messageExpiryInterval: ORDER_MESSAGE_EXPIRY_SECONDS, contentType: JWS_CONTENT_TYPE }
      const packet = await client.publishAsync(topicOf(deviceId, 'orders'), jws, { qos: 1, properties })
      return { kind: 'sent', isAnybodyThere: !unheard.delete(packet?.messageId ?? -1) }
    },
  }
}
