/** What a process takes, as Linux counts it. Never looks into its memory. */
import { readFile } from 'node:fs/promises'

/** Linux counts CPU time in hundredths of a second for everybody (`sysconf(_SC_CLK_TCK)`). */
const TICK_MS = 10

export async function residentMiB(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 102.4) / 10
}

/** User and system time of all its threads. */
export async function cpuMs(processId: number): Promise<number> {
  const text = await readFile(`/proc/${processId}/stat`, 'utf8')
  // proc(5): the name stands in parentheses and may hold anything; utime and stime are the 14th and 15th field.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
