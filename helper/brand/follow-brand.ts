/** Keeps what the screen shows of a bundle up to date while the kiosk runs. Never touches a session, never takes a faulty bundle. */
import { isDeepStrictEqual } from 'node:util'
import type { LogoPart, LogoRequest } from '../../contract/brand.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { LOGO_PART_BYTES } from '../../contract/logo-limits.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { watchBundle } from '../config/bundle-watch.ts'
import type { Bundle, BundleReading } from '../config/read-bundle.ts'
import type { Log } from '../log.ts'

/** What a running kiosk takes over from a bundle that has changed; all else waits for its next start. */
const SHOWN_AT_ONCE: readonly (keyof KioskConfig)[] = ['brand', 'sites', 'languages']

export type FollowedBrand = {
  logoPart(request: LogoRequest): LogoPart
  stop(): void
}

/** @returns the settings that differ and that only another start will take over */
function waitingSettings({ config: before }: Bundle, { config: after }: Bundle): string[] {
  const names = Object.keys(after) as (keyof KioskConfig)[]
  return names.filter((name) => !SHOWN_AT_ONCE.includes(name) && !isDeepStrictEqual(after[name], before[name]))
}

/**
 * @param started the bundle that this helper started with
 * @param onDisplay called with every change of what is shown
 */
export function followBrand(
  folder: string,
  started: Bundle,
  options: { onDisplay: (display: KioskSnapshot['display']) => void; log: Log; lookAgainMs?: number },
): FollowedBrand {
  const { onDisplay, log, lookAgainMs } = options
  let { display, logo } = started
  const warn = () => {
    for (const notice of display.brand.notices) log.warn({ event: 'brand.notice', notice }, notice.what)
  }

  function take(reading: BundleReading): void {
    if (!reading.ok) {
      const { problems } = reading
      log.warn({ event: 'bundle.faulty', problems }, 'the bundle has changed and is faulty: the last good one stays')
      return
    }
    const { bundle } = reading
    const waiting = waitingSettings(started, bundle)
    if (waiting.length > 0) log.warn({ event: 'bundle.waits', waiting }, 'changed settings wait for the next start')
    // It would say another kiosk's name over this one's id.
    if (bundle.deviceId !== started.deviceId || isDeepStrictEqual(bundle.display, display)) return
    ;({ display, logo } = bundle)
    log.info(
      { event: 'brand.changed', brand: display.brand.name, logo: display.brand.logo },
      'the screen’s brand changed',
    )
    warn()
    onDisplay(display)
  }

  warn()
  return {
    logoPart({ sha256, offset }) {
      if (logo === null || logo.reference.sha256 !== sha256 || offset >= logo.bytes.length) return { kind: 'gone' }
      const end = offset + LOGO_PART_BYTES
      const bytes = logo.bytes.subarray(offset, end).toString('base64')
      return { kind: 'part', bytes, nextOffset: end < logo.bytes.length ? end : null }
    },
    stop: watchBundle(folder, take, lookAgainMs),
  }
}
