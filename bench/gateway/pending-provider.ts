/** A provider in a process of its own that answers every poll "authorization_pending", as fast as Node can. */
import { createServer } from 'node:https'
import { z } from 'zod'

const PENDING = JSON.stringify({ error: 'authorization_pending' })

const startSchema = z.object({ certificatePem: z.string(), keyPem: z.string() })

process.once('message', (message) => {
  const { certificatePem, keyPem } = startSchema.parse(message)
  const server = createServer({ cert: certificatePem, key: keyPem }, (request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(400, { 'content-type': 'application/json' }).end(PENDING))
  })
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
})
// It lives no longer than whoever started it.
process.once('disconnect', () => process.exit())
