/** `npm run attestation:drill`: every change of a device's standing in every state of the session, with real nginx, helper and provider. */
import { openAdmissionKiosk } from './admission/admission-kiosk.ts'
import {
  ADMISSION_CHANGES,
  ADMISSION_STATES,
  type AdmissionChange,
  describeAdmissions,
  isAsExpected,
} from './admission/admission-table.ts'
import { playAdmission } from './admission/play-admission.ts'
import { runCellDrill } from './drills/cell-drill.ts'

await runCellDrill({
  name: 'attestation',
  page: 'gateway.md',
  states: ADMISSION_STATES,
  changes: Object.keys(ADMISSION_CHANGES) as AdmissionChange[],
  // Each change once, where it matters most.
  quick: [
    { state: 'signedIn', change: 'suspended' },
    { state: 'awaitingApproval', change: 'revoked' },
    { state: 'signedIn', change: 'rotated' },
    { state: 'awaitingApproval', change: 'away' },
  ],
  play: async (cleanups, state, change) => playAdmission(await openAdmissionKiosk(cleanups), state, change),
  isAsExpected,
  describe: describeAdmissions,
})
