/** Processes and folders that must not outlive the bench, for when somebody interrupts it. */
import { createCleanups } from '../../demo/cleanups.ts'

/** Closing what is closed already does nothing, so nobody takes theirs out again. */
export const openThings = createCleanups()
