/** Notes the interval that each code came with, where a script changes it. Never changes an answer itself. */
import type { HostileProvider } from './hostile-provider.ts'

/** RFC 8628 §3.2: "If no value is provided, clients MUST use 5 as the default." */
const DEFAULT_SECONDS = 5

function readSeconds(interval: unknown): number {
  const seconds = interval === undefined ? Number.NaN : Number(interval)
  return Number.isFinite(seconds) ? seconds : DEFAULT_SECONDS
}

/**
 * @param usualSeconds what the provider says by itself
 * @returns the same provider, whose scripts are listened to from now on
 */
export function noteIntervals(
  provider: HostileProvider,
  usualSeconds: number,
): { provider: HostileProvider; intervalSecondsOf(userCode: string): number } {
  const changed = new Map<string, number>()
  const play: HostileProvider['play'] = (script) =>
    provider.play(
      script &&
        ((request) => {
          const fault = script(request)
          if (request.endpoint !== 'device' || fault?.kind !== 'rewrite') return fault
          return {
            ...fault,
            change(body) {
              const answer = fault.change(body)
              changed.set(String(answer.user_code), readSeconds(answer.interval))
              return answer
            },
          }
        }),
    )
  return { provider: { ...provider, play }, intervalSecondsOf: (userCode) => changed.get(userCode) ?? usualSeconds }
}
