/** A spec's hand on the machine that the stand-in pretends: displays, sleep. Real Electron has a real one, which no spec can touch. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { ControlAnswer, ControlOrder } from './stand-in/control.ts'

export type PretendedMachine = {
  /** From now on these displays are there, and no other; the first is the primary one. */
  displays(...displays: Extract<ControlOrder, { kind: 'displays' }>['displays']): Promise<void>
  power(event: Extract<ControlOrder, { kind: 'power' }>['event']): Promise<void>
  /** Whether the shell keeps the display from sleeping. */
  isKeptAwake(): Promise<boolean>
  /** In the shell's main process. */
  collectGarbage(): Promise<void>
}

/** @param controlPath what the stand-in was given as `STAND_IN_CONTROL` */
export function pretendMachine(controlPath: string): PretendedMachine {
  async function give(order: ControlOrder): Promise<ControlAnswer> {
    const socket = connect(controlPath)
    try {
      await once(socket, 'connect')
      const answer = once(createInterface({ input: socket }), 'line')
      socket.write(`${JSON.stringify(order)}\n`)
      const [line] = await answer
      return JSON.parse(line)
    } finally {
      socket.destroy()
    }
  }
  return {
    displays: async (...displays) => void (await give({ kind: 'displays', displays })),
    power: async (event) => void (await give({ kind: 'power', event })),
    isKeptAwake: async () => (await give({ kind: 'isKeptAwake' })).isKeptAwake,
    collectGarbage: async () => void (await give({ kind: 'collectGarbage' })),
  }
}
