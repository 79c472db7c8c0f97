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

/**
 * Sends bytes that no client would send.
 *
 * @returns what came back until the gateway hung up, which it does by itself or after the last answer
 */
export async function sendRaw(
  gateway: Pick<Gateway, 'port' | 'caPem'>,
  credentials: Credentials,
  bytes: string,
): Promise<string> {
  const socket = connect({
    host: '127.0.0.1',
    servername: 'localhost',
    port: gateway.port,
    ca: gateway.caPem,
    ...credentials,
  })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // A gateway that hangs up early resets what is still on its way to it.
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  socket.write(Buffer.from(bytes, 'latin1'))
  // A half-closed connection tells nginx that nothing follows: it answers what it has, then hangs up.
  socket.end()
  await closed
  return Buffer.concat(chunks).toString('latin1')
}
