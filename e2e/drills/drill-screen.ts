/** A screen that comes back to its helper after every restart, as a shell does. Never another one: its id stays. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../../contract/commands.ts'
import type { KioskSnapshot, SessionState } from '../../contract/session-state.ts'
import { openScreenLink, type ScreenLink } from '../../demo/screen-link.ts'

const LOOK_AGAIN_MS = 20
const LIMIT_MS = 30_000

type StateOf<K extends SessionState['kind']> = SessionState & { kind: K }

export type DrillScreen = {
  /** The newest that was heard of, of whichever helper. */
  snapshot(): KioskSnapshot | null
  /** @param isMeant which helper or session counts, besides the kind of its state */
  until<K extends SessionState['kind']>(
    kind: K,
    isMeant?: (snapshot: KioskSnapshot, session: StateOf<K>) => boolean,
    limitMs?: number,
  ): Promise<StateOf<K>>
  press(command: Command): Promise<boolean>
  /** The glass breaks: another screen will come, with another id. */
  replace(): Promise<void>
  /** The screen is gone, and no other comes yet. */
  leave(): void
  /** Another screen. */
  comeAnew(): void
  close(): void
}

export function openDrillScreen(runtimeFolder: string): DrillScreen {
  const closing = new AbortController()
  let screenId = randomBytes(32).toString('hex')
  let latest: KioskSnapshot | null = null
  let link: ScreenLink | null = null
  let isAway = false

  async function keepLinked(): Promise<void> {
    while (!closing.signal.aborted) {
      if (isAway) {
        await sleep(LOOK_AGAIN_MS)
        continue
      }
      try {
        link = await openScreenLink(runtimeFolder, {
          screenId,
          onSnapshot: (snapshot) => {
            latest = snapshot
          },
        })
        await link.closed
      } catch {
        // No helper there yet, or one that is just leaving: the next look finds the next one.
      }
      link = null
      await sleep(LOOK_AGAIN_MS)
    }
  }
  void keepLinked()

  return {
    snapshot: () => latest,
    async until(kind, isMeant = () => true, limitMs = LIMIT_MS) {
      const deadlineMs = performance.now() + limitMs
      while (performance.now() < deadlineMs) {
        const session = latest?.session
        if (link && latest && session?.kind === kind) {
          const state = session as StateOf<typeof kind>
          if (isMeant(latest, state)) return state
        }
        await sleep(5)
      }
      throw new Error(`the kiosk did not come to "${kind}"; it shows "${latest?.session.kind ?? 'nothing'}"`)
    },
    async press(command) {
      if (!link) throw new Error('no helper is there to press anything')
      return (await link.press(command)).accepted
    },
    async replace() {
      const { closed } = link ?? {}
      screenId = randomBytes(32).toString('hex')
      link?.close()
      await closed
    },
    leave() {
      isAway = true
      link?.close()
    },
    comeAnew() {
      screenId = randomBytes(32).toString('hex')
      isAway = false
    },
    close() {
      closing.abort()
      link?.close()
    },
  }
}
