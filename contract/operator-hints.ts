/** What each fault means and what an operator does about it, for technicians. The words for staff are the renderer's. */
import { CHECK_HINTS } from './check-hints.ts'
import { DEVICE_CERTIFICATE_HINTS } from './device-certificate-hints.ts'
import type { KioskErrorCode } from './kiosk-error.ts'
import { LINK_HINTS } from './link-hints.ts'
import type { OperatorHint } from './operator-hint.ts'
import { PROVISIONING_HINTS } from './provisioning-hints.ts'
import { TROUBLE_HINTS } from './trouble-hints.ts'

/** In the order of KIOSK_ERROR_CODES; settings are those of `kiosk.json`. */
export const OPERATOR_HINTS: Readonly<Record<KioskErrorCode, OperatorHint>> = {
  ...TROUBLE_HINTS,
  ...PROVISIONING_HINTS,
  ...DEVICE_CERTIFICATE_HINTS,
  ...LINK_HINTS,
  ...CHECK_HINTS,
}
