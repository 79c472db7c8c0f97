/** The built fleet page for its spec: fleetctl that serves it, and a door between fleetctl and the broker. Never reaches another machine. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type axe from 'axe-core'
import mqtt from 'mqtt'
import type { Page } from 'playwright-core'
import { topicFilterOf } from '../contract/remote-orders.ts'
import type { Broker } from '../demo/broker/start-broker.ts'

const FLEETCTL = join(import.meta.dirname, '..', 'dist', 'fleet', 'fleetctl.mjs')
const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export type ServedPage = { url: string; process: ChildProcess; stop(): Promise<void> }

/** @param port 0 for any that is free */
export async function serveFleetPage(settingsFile: string, port = 0): Promise<ServedPage> {
  const child = spawn(process.execPath, [FLEETCTL, 'console', '--port', String(port), '--settings', settingsFile])
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [, url] = /^(http:\S+)\n/m.exec(said) ?? []
      if (url) resolve(url)
    })
  }
  child.once('exit', () => reject(new Error(said)))
  return {
    url: await promise,
    process: child,
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      await ended
    },
  }
}

export type Door = { port: number; shut(): void; open(): void; close(): Promise<void> }

/** Passes on what comes to a port of this machine, until it is shut. */
export async function openDoor(targetPort: number): Promise<Door> {
  const sockets = new Set<Socket>()
  let isShut = false
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => sockets.delete(from) && to.destroy())
      from.pipe(to)
    }
    if (isShut) near.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the door has no port')
  const shut = () => {
    isShut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    shut,
    open() {
      isShut = false
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      shut()
      await closed
    },
  }
}

/** Counts receipts at the broker, whoever else sees them. */
export async function countReceipts(broker: Broker): Promise<{ count(): number; close(): Promise<void> }> {
  const { cert, key } = broker.operator
  const client = await mqtt.connectAsync(broker.operatorsUrl, { protocolVersion: 5, ca: broker.caPem, cert, key })
  let count = 0
  client.on('message', () => {
    count += 1
  })
  await client.subscribeAsync(topicFilterOf('receipts'), { qos: 1 })
  return { count: () => count, close: () => client.endAsync(true) }
}

/** What axe finds, each with the elements that it is about. */
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE_SOURCE)
  return page.evaluate(async () => {
    const found = await (window as unknown as { axe: typeof axe }).axe.run(document)
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
  })
}
