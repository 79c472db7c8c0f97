/** Waits for the moment at which a restart disturbs nobody. Never restarts anything itself. */
import { KioskError } from '../../contract/kiosk-error.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { TechnicianLink } from '../shell-link/link-client.ts'
import { isQuiet } from '../upkeep.ts'

/** Whoever restarts it from outside ends a session: the helper alone can plan a restart that keeps one. */
const isAtRest = ({ session }: KioskSnapshot) => isQuiet({ session, canHandOver: false })

/**
 * Resolves with the first snapshot in which nobody is in the middle of anything, however long that takes.
 *
 * @throws KioskError `link-closed` when the helper goes away meanwhile, and whoever was signed in with it
 */
export async function waitUntilQuiet(link: Pick<TechnicianLink, 'subscribe' | 'closed'>): Promise<KioskSnapshot> {
  const quiet = Promise.withResolvers<KioskSnapshot>()
  const look = (snapshot: KioskSnapshot) => {
    if (isAtRest(snapshot)) quiet.resolve(snapshot)
  }
  look(await link.subscribe(look))
  const gone = link.closed.then((): never => {
    throw new KioskError('link-closed', 'the helper went away')
  })
  return Promise.race([quiet.promise, gone])
}
