/** The shell's log: JSON lines on standard error, for its supervisor. Never writes a token: the shell's messages hold none. */

/** The same fault in a row is written once: a helper that is away would fill the log. */
let lastFault = ''

/** @param error its code and message are written, its fields are not */
export function reportFault(what: string, error?: unknown): void {
  const cause = error instanceof Error ? `${'code' in error ? `${error.code}: ` : ''}${error.message}` : undefined
  const fault = JSON.stringify({ level: 'warn', name: 'shell', what, cause })
  if (fault === lastFault) return
  lastFault = fault
  write(JSON.parse(fault))
}

/** Something that is counted, however often it comes: whoever notes it sees to it that it cannot come too often. */
export function logEvent(event: string, fields: Readonly<Record<string, unknown>>): void {
  write({ level: 'warn', name: 'shell', event, ...fields })
}

function write(line: object): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`)
}
