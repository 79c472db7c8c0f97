/** `webContents.debugger`: Chromium's own protocol, on the session that the stand-in has anyway. Sends commands only. */
import type { Debugger } from 'electron'
import type { ChromiumSession } from './chromium-connection.ts'
import type { Protocol } from './chromium-protocol.ts'
import { guardApi } from './refuse-unknown.ts'

type StandInDebugger = Pick<Debugger, 'attach' | 'isAttached' | 'sendCommand'>

/** @param openSession of the page, once there is one */
export function createDebugger(openSession: () => Promise<ChromiumSession>): Debugger {
  let isAttached = false
  const api: StandInDebugger = {
    attach() {
      if (isAttached) throw new Error('Debugger is already attached to the target')
      isAttached = true
    },
    isAttached: () => isAttached,
    async sendCommand(method, parameters) {
      if (!isAttached) throw new Error('No target available')
      const session = await openSession()
      return session.send(method as keyof Protocol.CommandParameters, parameters)
    },
  }
  return guardApi('debugger', api) as unknown as Debugger
}

/** CSS hexadecimal, as the app writes it. */
export function toChromiumColour(colour: string): Protocol.DOM.RGBA {
  const [r = 0, g = 0, b = 0] = (colour.match(/[0-9a-f]{2}/gi) ?? []).map((part) => Number.parseInt(part, 16))
  return { r, g, b, a: 1 }
}
