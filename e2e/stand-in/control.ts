/** Lets a spec do to the pretended machine what a test cannot do to a real one. Listens only where `STAND_IN_CONTROL` says. */
import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { z } from 'zod'
import { inBackground } from './chromium-connection.ts'
import { changeDisplays, pretendedDisplaySchema } from './displays.ts'
import { POWER_EVENTS, powerMonitor } from './power-monitor.ts'
import { isDisplayKeptAwake } from './power-save-blocker.ts'
import { screen } from './screen.ts'

const orderSchema = z.discriminatedUnion('kind', [
  /** From now on these displays are there, and no other. */
  z.strictObject({ kind: z.literal('displays'), displays: z.array(pretendedDisplaySchema) }),
  z.strictObject({ kind: z.literal('power'), event: z.enum(POWER_EVENTS) }),
  /** Whether the app keeps the display from sleeping. */
  z.strictObject({ kind: z.literal('isKeptAwake') }),
  /** For a look at what the main process keeps; V8 collects when it thinks fit. */
  z.strictObject({ kind: z.literal('collectGarbage') }),
])
export type ControlOrder = z.input<typeof orderSchema>
export type ControlAnswer = { isKeptAwake: boolean }

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

async function carryOut(order: z.output<typeof orderSchema>): Promise<void> {
  if (order.kind === 'displays') for (const change of await changeDisplays(order.displays)) screen.standInTell(change)
  if (order.kind === 'power') powerMonitor.emit(order.event)
  if (order.kind === 'collectGarbage') collectGarbage()
}

/** One order a line, each answered by a line. */
async function obey(socket: Socket): Promise<void> {
  for await (const line of createInterface({ input: socket })) {
    await carryOut(orderSchema.parse(JSON.parse(line)))
    const answer: ControlAnswer = { isKeptAwake: isDisplayKeptAwake() }
    socket.write(`${JSON.stringify(answer)}\n`)
  }
}

export function startControl(): void {
  const path = process.env.STAND_IN_CONTROL
  if (path === undefined) return
  // Of a process before this one.
  rmSync(path, { force: true })
  const server = createServer((socket) => {
    // A spec that has ended has nothing more to ask.
    socket.on('error', () => socket.destroy())
    inBackground(obey(socket))
  })
  server.listen(path)
  server.unref()
}
