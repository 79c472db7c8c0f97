/** A broker over TLS that answers as a test says, with MQTT's real packets. Never listens beyond 127.0.0.1. */
// @peculiar/x509 finds its own parts by reflection and does not load without this.
import 'reflect-metadata'
import { once } from 'node:events'
import { createSecureContext, createServer, type TLSSocket } from 'node:tls'
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'
import mqttPacket, { type Packet } from 'mqtt-packet'
import type { DeviceIdentity } from '../attestation/device-identity.ts'

const KEYS = { name: 'ECDSA', namedCurve: 'P-256' } as const
const DAY_MS = 86_400_000
const MQTT_5 = { protocolVersion: 5 } as const

type Send = (packet: Packet) => void
type Cmd = Packet['cmd']
export type Answers = { [cmd in Cmd]?: (packet: Extract<Packet, { cmd: cmd }>, send: Send) => void }

export type PretendedBroker = {
  url: string
  caPem: string
  /** What it was sent, in turn, over all connections. */
  packets: readonly Packet[]
  /** Of each connection: the common name of the certificate that was shown. */
  clients: readonly string[]
  send: Send
  /** Ends the connection that stands, as a network does. */
  cut(): void
  close(): Promise<void>
}

async function selfSigned(name: string): Promise<{ cert: string; key: string }> {
  const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { cert: certificate.toString('pem'), key: PemConverter.encode(pkcs8, 'PRIVATE KEY') }
}

/** What a broker says to a client that it serves. */
const SERVES: Answers = {
  connect: (_packet, send) => send({ cmd: 'connack', reasonCode: 0, sessionPresent: false }),
  publish: ({ messageId = 0 }, send) => send({ cmd: 'puback', messageId, reasonCode: 0 }),
  subscribe: ({ messageId = 0 }, send) => send({ cmd: 'suback', messageId, granted: [1] }),
  pingreq: (_packet, send) => send({ cmd: 'pingresp' }),
}

export async function startPretendedBroker(answers: Answers = {}): Promise<PretendedBroker> {
  const { cert, key } = await selfSigned('localhost')
  const packets: Packet[] = []
  const clients: string[] = []
  let standing: TLSSocket | null = null
  const answer: Answers = { ...SERVES, ...answers }
  const send: Send = (packet) => void standing?.write(mqttPacket.generate(packet, MQTT_5))

  const server = createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, (socket) => {
    standing = socket
    clients.push(String(socket.getPeerCertificate().subject?.CN))
    const parser = mqttPacket.parser(MQTT_5)
    const reply: Send = (packet) => void socket.write(mqttPacket.generate(packet, MQTT_5))
    parser.on('packet', (packet: Packet) => {
      packets.push(packet)
      const respond = answer[packet.cmd] as ((packet: Packet, send: Send) => void) | undefined
      respond?.(packet, reply)
    })
    socket.on('data', (bytes) => parser.parse(bytes))
    socket.on('error', () => {
      // A client that goes away is what some tests are about.
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return {
    url: `mqtts://localhost:${address.port}`,
    caPem: cert,
    packets,
    clients,
    send,
    cut: () => standing?.destroy(),
    async close() {
      standing?.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** @param name its certificate's, so that a broker can tell one from the next; the device is always the same */
export async function pretendDevice(name: string, caPem: string): Promise<DeviceIdentity> {
  const { cert, key } = await selfSigned(name)
  return {
    deviceId: 'DR-0042',
    certificateChainPem: cert,
    fingerprint: name,
    validFromEpochMs: 0,
    validUntilEpochMs: Number.MAX_SAFE_INTEGER,
    secureContext: () => createSecureContext({ ca: caPem, cert, key }),
    signJws: async () => 'a.b.c',
  }
}
