/** Keeps clients to RFC 8628's pace: tells them the interval, answers `slow_down`. Never limits unknown codes. */
import { z } from 'zod'
import { PROVIDER_PATHS, type ProviderMiddleware, readForm } from './provider-request.ts'

/** RFC 8628 §3.5: each `slow_down` adds five seconds for this and all later polls of the code. */
const SLOW_DOWN_SECONDS = 5

const deviceAnswerSchema = z.looseObject({ device_code: z.string() })

type PolledCode = { intervalSeconds: number; lastPollAtMs: number | undefined }

/** Remembers the pace of every device code. */
export class PollLimit {
  readonly #intervalSeconds: number
  readonly #now: () => number
  readonly #codes = new Map<string, PolledCode>()

  constructor({ intervalSeconds, now }: { intervalSeconds: number; now: () => number }) {
    this.#intervalSeconds = intervalSeconds
    this.#now = now
  }

  /** Starts to watch a code, and says the interval its device has to keep. */
  watch(deviceCode: string): number {
    this.#codes.set(deviceCode, { intervalSeconds: this.#intervalSeconds, lastPollAtMs: undefined })
    return this.#intervalSeconds
  }

  /** Notes a poll; false when it came sooner than the code's interval after the one before. */
  allows(deviceCode: string): boolean {
    const code = this.#codes.get(deviceCode)
    if (!code) return true
    const nowMs = this.#now()
    const isTooSoon = code.lastPollAtMs !== undefined && nowMs - code.lastPollAtMs < code.intervalSeconds * 1000
    code.lastPollAtMs = nowMs
    if (isTooSoon) code.intervalSeconds += SLOW_DOWN_SECONDS
    return !isTooSoon
  }
}

/** The middleware around oidc-provider, which itself sends neither `interval` nor `slow_down`. */
export function limitPolling(limit: PollLimit): ProviderMiddleware {
  return async (context, next) => {
    const deviceCode = context.path === PROVIDER_PATHS.token ? (await readForm(context.req)).get('device_code') : null
    if (deviceCode !== null && !limit.allows(deviceCode)) {
      context.status = 400
      context.body = { error: 'slow_down', error_description: 'the device polls faster than its interval' }
      return
    }
    await next()
    if (context.path !== PROVIDER_PATHS.deviceAuthorization) return
    const answer = deviceAnswerSchema.safeParse(context.body)
    if (answer.success) context.body = { ...answer.data, interval: limit.watch(answer.data.device_code) }
  }
}
