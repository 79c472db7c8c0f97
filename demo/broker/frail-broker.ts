/** A broker that breaks its promises, for tests of how an operator's command ends. Never listens beyond 127.0.0.1. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import { exportJWK, generateKeyPair } from 'jose'
import { generate, type ISubscribePacket, type Packet, parser } from 'mqtt-packet'
import { createThrowawayAuthority } from '../network/throwaway-authority.ts'
import { listenLocally } from './listen-locally.ts'

const VERSION = { protocolVersion: 5 } as const

export type FrailBroker = {
  /** `fleet.json` of an operator of this broker. */
  settingsFile: string
  folder: string
  /** Topics that were published to. */
  published: readonly string[]
  /** Kinds of packets that have come. */
  seen: readonly Packet['cmd'][]
  close(): Promise<void>
}

type Conduct = {
  /** What it has kept for whoever subscribes. */
  retained?: Readonly<Record<string, string>>
  /** Left out: `taken`, for nobody. `silence` says nothing, `gone` ends the connection and comes back no more. */
  onSubscribe?: 'silence' | 'gone'
  onPublish?: 'silence' | 'gone'
}

export async function startFrailBroker({ retained = {}, onSubscribe, onPublish }: Conduct): Promise<FrailBroker> {
  const published: string[] = []
  const seen: Packet['cmd'][] = []
  const sockets = new Set<TLSSocket>()
  const authority = await createThrowawayAuthority('Frail broker CA')
  const { certificatePem: cert, keyPem: key } = await authority.certify(['localhost'])

  function vanish(): void {
    server.close()
    for (const socket of sockets) socket.destroy()
  }

  function answer(socket: TLSSocket, packet: Packet): void {
    const send = (reply: Packet) => socket.write(generate(reply, VERSION))
    seen.push(packet.cmd)
    if (packet.cmd === 'connect') send({ cmd: 'connack', reasonCode: 0, sessionPresent: false })
    if (packet.cmd === 'subscribe') subscribed(packet, send)
    if (packet.cmd === 'publish') {
      published.push(packet.topic)
      if (onPublish === 'gone') vanish()
      // MQTT 5 §3.4.2.1: no matching subscribers.
      else if (onPublish === undefined) send({ cmd: 'puback', messageId: packet.messageId ?? 0, reasonCode: 0x10 })
    }
  }

  function subscribed(packet: ISubscribePacket, send: (reply: Packet) => void): void {
    if (onSubscribe === 'gone') vanish()
    if (onSubscribe !== undefined) return
    for (const [topic, payload] of Object.entries(retained)) {
      send({ cmd: 'publish', topic, payload, qos: 0, retain: true, dup: false })
    }
    send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(({ qos }) => qos) })
  }

  const server = createServer({ cert, key }, (socket) => {
    const packets = parser(VERSION).on('packet', (packet: Packet) => answer(socket, packet))
    sockets.add(socket)
    socket
      .on('data', (bytes) => packets.parse(bytes))
      .on('error', () => {
        // Whoever was connected has gone: that is what these tests are about.
      })
      .on('close', () => sockets.delete(socket))
  })
  const port = await listenLocally(server)

  const folder = await mkdtemp(join(tmpdir(), 'kiosk-frail-broker-'))
  const operator = await authority.certify(['anna'])
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const files = {
    'ca.crt': authority.caPem,
    'anna.crt': operator.certificatePem,
    'anna.key': operator.keyPem,
    'orders.jwk': JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'orders', alg: 'EdDSA' }),
    'fleet.json': JSON.stringify({
      version: 1,
      brokerUrl: `mqtts://localhost:${port}`,
      brokerCaFile: 'ca.crt',
      certificateFile: 'anna.crt',
      keyFile: 'anna.key',
      orderKeyFile: 'orders.jwk',
      fleetCaFile: 'ca.crt',
    }),
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content, { mode: 0o600 })
  return {
    settingsFile: join(folder, 'fleet.json'),
    folder,
    published,
    seen,
    async close() {
      vanish()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
