/** How a command ends that has asked the system's resolver, which nobody can call off. */

const LINGER_MS = 200

/** Ends the process soon, with its exit code, where something still keeps it from ending by itself. */
export function endSoon(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref()
}
