/** `npm run bundle:drill`: every change of a signed bundle in every state of the session, with a real helper and provider. */
import { runCellDrill } from './drills/cell-drill.ts'
import { playChange } from './reload/play-change.ts'
import { openReloadKiosk } from './reload/reload-kiosk.ts'
import { RELOAD_STATES, type ReloadState } from './reload/reload-states.ts'
import { describeReloads, isAsExpected, RELOAD_CHANGES, type ReloadChange } from './reload/reload-table.ts'

await runCellDrill({
  name: 'bundle',
  page: 'bundles.md',
  states: Object.keys(RELOAD_STATES) as ReloadState[],
  changes: Object.keys(RELOAD_CHANGES) as ReloadChange[],
  // Each change once, and each kind of outcome.
  quick: [
    { state: 'signedIn', change: 'other-tenant' },
    { state: 'signedIn', change: 'settings' },
    { state: 'awaitingApproval', change: 'downgraded' },
    { state: 'confirming', change: 'unsigned' },
    { state: 'attract', change: 'half-written' },
    { state: 'unprovisioned', change: 'brand' },
  ],
  play: async (cleanups, state, change) => playChange(await openReloadKiosk(cleanups), state, change),
  isAsExpected,
  describe: describeReloads,
})
