/** A bare device for the tests of the gateway: its certificate, its requests, and nothing a real client would do by itself. */
import { once } from 'node:events'
import { request } from 'node:https'
import { connect } from 'node:tls'
import type { Gateway } from './start-gateway.ts'

export type Credentials = { cert: string; key: string } | null

export type GatewayAnswer = {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  text: string
}

/** @param path below the gateway's origin */
export async function ask(
  gateway: Pick<Gateway, 'port' | 'caPem'>,
  credentials: Credentials,
  path: string,
  options: { method?: string; form?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<GatewayAnswer> {
  const body = options.form && new URLSearchParams(options.form).toString()
  const outgoing = request({
    host: 'localhost',
    port: gateway.port,
    path,
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    ca: gateway.caPem,
    ...credentials,
    agent: false,
    headers: {
      ...(body !== undefined && {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': String(Buffer.byteLength(body)),
      }),
      ...options.headers,
    },
  })
  const answered = once(outgoing, 'response')
  outgoing.end(body)
  const [incoming] = await answered
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return { status: incoming.statusCode, headers: incoming.headers, text: Buffer.concat(chunks).toString('utf8') }
}

/** nginx still waits for more of some requests. */
const FIRST_ANSWER_MS = 4_000
/** Further answers on one connection follow at once. */
const QUIET_MS = 300

/**
 * Sends bytes that no client would send, and leaves the connection open for whatever nginx makes of them.
 *
 * @returns what came back until the gateway hung up or had nothing more to say
 */
export async function sendRaw(
  gateway: Pick<Gateway, 'port' | 'caPem'>,
  credentials: Credentials,
  bytes: string,
): Promise<string> {
  const { port, caPem } = gateway
  const socket = connect({ host: '127.0.0.1', servername: 'localhost', port, ca: caPem, ...credentials })
  const chunks: Buffer[] = []
  // A gateway that hangs up early resets what is still on its way to it.
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  await once(socket, 'secureConnect')
  socket.setTimeout(FIRST_ANSWER_MS, () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    socket.setTimeout(QUIET_MS)
  })
  socket.write(Buffer.from(bytes, 'latin1'))
  await closed
  return Buffer.concat(chunks).toString('latin1')
}
