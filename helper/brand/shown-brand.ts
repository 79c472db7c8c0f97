/** What the screen shows of a bundle, and hands out the logo that belongs to it. Never touches a session. */
import { isDeepStrictEqual } from 'node:util'
import { LOGO_PART_BYTES, type LogoPart, type LogoRequest } from '../../contract/brand.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { Bundle } from '../config/read-bundle.ts'
import type { Log } from '../log.ts'

export type ShownBrand = {
  logoPart(request: LogoRequest): LogoPart
  /** Shows another bundle of the same device. */
  take(bundle: Bundle): void
}

/**
 * @param started the bundle that this helper started with
 * @param onDisplay called with every change of what is shown
 */
export function showBrand(
  started: Bundle,
  options: { onDisplay: (display: KioskSnapshot['display']) => void; log: Log },
): ShownBrand {
  const { onDisplay, log } = options
  let { display, logo } = started
  const warn = () => {
    for (const notice of display.brand.notices) log.warn({ event: 'brand.notice', notice }, notice.what)
  }

  warn()
  return {
    logoPart({ sha256, offset }) {
      if (logo === null || logo.reference.sha256 !== sha256 || offset >= logo.bytes.length) return { kind: 'gone' }
      const end = offset + LOGO_PART_BYTES
      const bytes = logo.bytes.subarray(offset, end).toString('base64')
      return { kind: 'part', bytes, nextOffset: end < logo.bytes.length ? end : null }
    },
    take(bundle) {
      // It would say another kiosk's name over this one's id.
      if (bundle.deviceId !== started.deviceId || isDeepStrictEqual(bundle.display, display)) return
      ;({ display, logo } = bundle)
      log.info(
        { event: 'brand.changed', brand: display.brand.name, logo: display.brand.logo },
        'the screen’s brand changed',
      )
      warn()
      onDisplay(display)
    },
  }
}
