/** A provider that answers anything and writes down what it was sent. Never refuses: that is for the gateway to do. */
import { once } from 'node:events'
import { createServer } from 'node:https'
import { createThrowawayAuthority, type ThrowawayAuthority } from '../network/throwaway-authority.ts'

type RecordedRequest = { method: string; url: string; headers: Record<string, string>; body: string }

export type RecordingProvider = {
  issuer: string
  ca: { caPem: string }
  authority: ThrowawayAuthority
  requests: RecordedRequest[]
  /** What it answers with besides its body. */
  answer: { status: number; headers: Record<string, string> }
  close(): Promise<void>
}

/** @param options `port` 0, or left out, is any; `name` is what its certificate is for */
export async function startRecordingProvider(
  options: { port?: number; authority?: ThrowawayAuthority; name?: string } = {},
): Promise<RecordingProvider> {
  const authority = options.authority ?? (await createThrowawayAuthority('Recording provider'))
  const { certificatePem, keyPem } = await authority.certify([options.name ?? 'localhost'])
  const requests: RecordedRequest[] = []
  const answer = { status: 200, headers: {} }
  const server = createServer({ cert: certificatePem, key: keyPem }, async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(' | ')]),
    )
    const { method = '', url = '' } = incoming
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString('latin1') })
    outgoing.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers }).end('{}')
  })
  // What the demo's provider could not parse would be lost on it: here it counts as well.
  server.on('clientError', (error) => {
    requests.push({ method: 'unreadable', url: String(error), headers: {}, body: '' })
  })
  server.on('upgrade', ({ method = '', url = '' }, socket) => {
    requests.push({ method, url, headers: {}, body: 'upgrade' })
    socket.destroy()
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return {
    issuer: `https://localhost:${address.port}`,
    ca: { caPem: authority.caPem },
    authority,
    requests,
    answer,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
