/** A fault script that draws what goes wrong, mostly nothing. Pure but for the random source it is given. */
import type { Fault, FaultScript } from '../../demo/hostile-provider/hostile-provider.ts'

/** Of polls, and of all other requests, so many go wrong. */
const SHARE = { ofPolls: 0.2, ofOthers: 0.1 }

/** How often each comes, against the others. All of them pass: a kiosk lives through every one. */
const TRANSIENT: readonly [weight: number, fault: Fault][] = [
  [4, { kind: 'reset', stage: 'before' }],
  [2, { kind: 'reset', stage: 'midBody' }],
  [2, { kind: 'reset', stage: 'after' }],
  [2, { kind: 'status', status: 500 }],
  [2, { kind: 'status', status: 502, body: '<h1>Bad gateway</h1>' }],
  [2, { kind: 'status', status: 503, headers: { 'retry-after': '1' } }],
  [1, { kind: 'status', status: 504 }],
  [4, { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
  [4, { kind: 'captivePortal' }],
  [1, { kind: 'redirect', location: 'http://portal.example/log-in' }],
  [3, { kind: 'brokenJson' }],
  [1, { kind: 'wrongContentType' }],
  [3, { kind: 'delay', ms: 400, jitterMs: 300 }],
  [0.5, { kind: 'slowDrip', bytesPerSecond: 6 }],
  [0.5, { kind: 'hang' }],
]

const OF_POLLS: typeof TRANSIENT = [
  ...TRANSIENT,
  [1, { kind: 'oauthError', error: 'slow_down' }],
  [0.5, { kind: 'oauthError', error: 'expired_token' }],
]

function draw(faults: typeof TRANSIENT, random: () => number): Fault | null {
  const total = faults.reduce((sum, [weight]) => sum + weight, 0)
  let left = random() * total
  for (const [weight, fault] of faults) {
    left -= weight
    if (left < 0) return fault
  }
  return null
}

/** @param random uniform in [0, 1) */
export function drawFaults(random: () => number): FaultScript {
  return ({ endpoint, grantType }) => {
    const isPoll = endpoint === 'token' && grantType !== 'refresh_token'
    if (random() >= (isPoll ? SHARE.ofPolls : SHARE.ofOthers)) return null
    return draw(isPoll ? OF_POLLS : TRANSIENT, random)
  }
}
