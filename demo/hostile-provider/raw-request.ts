/** One request over a bare TLS socket, for the tests: sees bytes and RST where an HTTP client only says "aborted". */
import { connect } from 'node:tls'
import { DEVICE_CODE_GRANT_TYPE, PROVIDER_PATHS } from '../identity-provider/provider-request.ts'
import type { HostileProvider } from './hostile-provider.ts'

export type RawAnswer = {
  /** Everything that arrived, head and body. */
  text: string
  /** `end` for an orderly FIN, otherwise the error's code. */
  endedBy: string
  firstByteMs: number | null
  lastByteMs: number | null
}

/** @param giveUpMs closes the connection after so long: ended by `gave up` */
export function rawPoll(
  { issuer, ca, clientId }: HostileProvider,
  deviceCode: string,
  giveUpMs?: number,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(issuer)
  const fields = { client_id: clientId, grant_type: DEVICE_CODE_GRANT_TYPE, device_code: deviceCode }
  const body = new URLSearchParams(fields).toString()
  const head = [
    `POST ${PROVIDER_PATHS.token} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    'connection: close',
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${body.length}`,
  ]
  return new Promise((resolve) => {
    const startedAtMs = performance.now()
    const answer: RawAnswer = { text: '', endedBy: 'end', firstByteMs: null, lastByteMs: null }
    const socket = connect({ host: '127.0.0.1', servername: hostname, port: Number(port), ca: ca.caPem }, () => {
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
    })
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      answer.text += text
      answer.lastByteMs = performance.now() - startedAtMs
      answer.firstByteMs ??= answer.lastByteMs
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      answer.endedBy = error.code ?? error.message
    })
    socket.on('close', () => resolve(answer))
    if (giveUpMs !== undefined) {
      setTimeout(() => socket.destroy(Object.assign(new Error(), { code: 'gave up' })), giveUpMs)
    }
  })
}
