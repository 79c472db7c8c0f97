/** Base of the stand-in's event emitters. Throws for properties and for events that the stand-in does not implement. */
import { EventEmitter } from 'node:events'
import type { Event } from 'electron'
import { refuseUnknown } from './refuse-unknown.ts'

type Listener = (...values: never[]) => void

/** The declared shape of the class that `guardedEmitter` makes; `Events` maps a name to its listener's parameters. */
export type GuardedEmitter<Events extends Record<keyof Events, unknown[]>> = {
  on(event: string, listener: Listener): GuardedEmitter<Events>
  once(event: string, listener: Listener): GuardedEmitter<Events>
  addListener(event: string, listener: Listener): GuardedEmitter<Events>
  off(event: string, listener: Listener): GuardedEmitter<Events>
  removeListener(event: string, listener: Listener): GuardedEmitter<Events>
  removeAllListeners(event?: string): GuardedEmitter<Events>
  listenerCount(event: keyof Events & string): number
  emit<Name extends keyof Events & string>(event: Name, ...values: Events[Name]): boolean
}

/**
 * Makes the base class of one API.
 *
 * @param apiName how the API is called in errors, such as `app`
 * @param eventNames the events that are emitted or knowingly never happen; `null` allows any name
 */
export function guardedEmitter<Events extends Record<keyof Events, unknown[]>>(
  apiName: string,
  eventNames: readonly (keyof Events & string)[] | null,
): new () => GuardedEmitter<Events> {
  const checkName = (event: string) => {
    if (eventNames !== null && !eventNames.some((known) => known === event)) {
      throw new Error(`electron stand-in: ${apiName}.on('${event}') is not implemented`)
    }
  }
  class Guarded extends EventEmitter {
    override on(event: string, listener: (...values: unknown[]) => void): this {
      checkName(event)
      return super.on(event, listener)
    }
    override addListener(event: string, listener: (...values: unknown[]) => void): this {
      return this.on(event, listener)
    }
    override once(event: string, listener: (...values: unknown[]) => void): this {
      checkName(event)
      return super.once(event, listener)
    }
  }
  Object.setPrototypeOf(Guarded.prototype, refuseUnknown(apiName, EventEmitter.prototype))
  // The declared class narrows EventEmitter's `any` listeners, which no assignment can express.
  return Guarded as unknown as new () => GuardedEmitter<Events>
}

/** An event as Electron hands it to listeners, with the fields of its kind. */
export function createEvent<Fields extends object>(fields: Fields): Event<Fields> {
  let prevented = false
  const event = {
    preventDefault: () => {
      prevented = true
    },
    get defaultPrevented() {
      return prevented
    },
  }
  return Object.defineProperties(event, Object.getOwnPropertyDescriptors(fields)) as Event<Fields>
}
