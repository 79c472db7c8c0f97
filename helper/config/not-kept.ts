/** Says that a good bundle could not be kept. Never repeats what the bundle holds. */
import type { KioskError } from '../../contract/kiosk-error.ts'
import type { Log } from '../log.ts'

export function sayNotKept(why: KioskError, log: Log): void {
  log.warn({ event: 'bundle.not-kept', err: why }, 'there will be no last good bundle to go back to')
}
