/**
 * `npm run bench:poll-layer`: what one poll costs through openid-client and through oauth4webapi below it, as ratios to a
 * bare fetch of the same answer. Decision 0007 rests on it. Rounds are interleaved, so that all share the machine's moods.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'

const POLLS_PER_ROUND = 1_000
const ROUNDS = 7
const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const PENDING = JSON.stringify({ error: 'authorization_pending' })

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(400, { 'content-type': 'application/json' }).end(PENDING))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')

const issuer = `http://127.0.0.1:${address.port}`
const metadata = { issuer, token_endpoint: `${issuer}/token` }
const configuration = new openid.Configuration(metadata, 'kiosk', {}, openid.None())
openid.allowInsecureRequests(configuration)
const form = { client_id: 'kiosk', grant_type: DEVICE_CODE_GRANT, device_code: 'code' }

/** Takes the expected refusal; anything else is a fault of the bench. */
async function expectPending(poll: Promise<unknown>): Promise<void> {
  const error = await poll.then(
    () => null,
    (cause: unknown) => cause,
  )
  const isPending = error instanceof oauth.ResponseBodyError && error.error === 'authorization_pending'
  if (!isPending) throw new Error('the poll was not answered "authorization_pending"', { cause: error })
}

const LAYERS: Readonly<Record<string, () => Promise<unknown>>> = {
  async fetch() {
    const response = await fetch(metadata.token_endpoint, { method: 'POST', body: new URLSearchParams(form) })
    await response.json()
  },
  oauth4webapi: () =>
    expectPending(
      oauth
        .deviceCodeGrantRequest(metadata, { client_id: 'kiosk' }, oauth.None(), 'code', {
          [oauth.allowInsecureRequests]: true,
        })
        .then((response) => oauth.processDeviceCodeResponse(metadata, { client_id: 'kiosk' }, response)),
    ),
  'openid-client': () =>
    expectPending(openid.genericGrantRequest(configuration, DEVICE_CODE_GRANT, { device_code: 'code' })),
}

/** CPU time of this process, which is also the server's: the same for every layer. */
async function measureRound(poll: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let turn = 0; turn < POLLS_PER_ROUND; turn++) await poll()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / POLLS_PER_ROUND
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

const rounds: Record<string, number[]> = {}
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, poll] of Object.entries(LAYERS)) {
    const microseconds = await measureRound(poll)
    // The first round warms up.
    if (round > 0) rounds[name] = [...(rounds[name] ?? []), microseconds]
  }
}
server.close()
server.closeAllConnections()

const floor = median(rounds.fetch ?? [])
const table = Object.entries(rounds).map(([layer, values]) => {
  return { layer, 'CPU µs a poll': Math.round(median(values)), 'ratio to fetch': (median(values) / floor).toFixed(2) }
})
console.table(table)
