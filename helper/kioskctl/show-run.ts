/** Shows a run of checks while it goes on: live on a terminal, in a plain line for each check elsewhere. Writes nothing that is a result. */
import { clearLine, clearScreenDown, cursorTo, moveCursor } from 'node:readline'
import type { WriteStream } from 'node:tty'
import type { CheckRunState } from '../support/check-run.ts'
import { nameWidthOf, progressLine } from './check-table.ts'

type Output = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number; rows?: number }

export type RunView = {
  show(run: CheckRunState<string>): void
  /** Takes a live table away, for the result to stand in its place. */
  clear(): void
}

function liveTable(output: Output): RunView {
  let drawnLines = 0
  const stream = output as WriteStream
  function clear(): void {
    if (drawnLines > 0) moveCursor(stream, 0, -drawnLines)
    clearScreenDown(stream)
    drawnLines = 0
  }
  return {
    show({ checks }) {
      const width = nameWidthOf(checks)
      clear()
      output.write(checks.map((check) => `${progressLine(check, width, output.columns)}\n`).join(''))
      drawnLines = checks.length
    },
    clear,
  }
}

/** What has scrolled out of a low terminal could not be drawn over. */
function liveLine(output: Output): RunView {
  const stream = output as WriteStream
  function clear(): void {
    cursorTo(stream, 0)
    clearLine(stream, 0)
  }
  return {
    show({ checks }) {
      const over = checks.filter(({ state }) => state !== 'waiting' && state !== 'running').length
      const now = checks.find(({ state }) => state === 'running')?.name ?? ''
      clear()
      output.write(`${over} of ${checks.length} ${now}`.slice(0, (output.columns ?? 80) - 1))
    },
    clear,
  }
}

function plainLines(output: Output): RunView {
  const told = new Set<string>()
  return {
    show({ checks }) {
      const width = nameWidthOf(checks)
      for (const check of checks) {
        if (check.state === 'waiting' || check.state === 'running' || told.has(check.name)) continue
        told.add(check.name)
        output.write(`${progressLine(check, width)}\n`)
      }
    },
    clear: () => {},
  }
}

const SILENT: RunView = { show: () => {}, clear: () => {} }

/**
 * @param output standard error, so that standard output holds the result alone
 * @param isForProgram who reads JSON has no use for progress
 */
export function openRunView(output: Output, checkCount: number, isForProgram: boolean): RunView {
  if (isForProgram) return SILENT
  if (!output.isTTY) return plainLines(output)
  return (output.rows ?? 0) > checkCount ? liveTable(output) : liveLine(output)
}
