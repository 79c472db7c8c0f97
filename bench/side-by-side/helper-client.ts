/** Our built helper as a process of its own, driven and watched through the built kioskctl, as a technician would. */
import { type HelperProcess, startHelperProcess } from '../../demo/helper-process.ts'
import { runKioskctl, watchKiosk } from '../../demo/kiosk-watch.ts'
import { makeWorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import type { BenchClient, ClientEvent, ServerAddress } from './bench-client.ts'
import { createEventQueue } from './event-queue.ts'
import { openThings } from './open-things.ts'

/** A code is always on screen, and nobody is sent away while the bench looks at the tokens. */
const BENCH_SESSION = { start: 'always', confirmSeconds: 600, maxUnattendedCodes: 1000 }

/** How many codes the helper asks for before it slows down by itself. */
export const SIGN_INS_PER_HELPER = 6

export function writeBenchBundle(folder: string, { issuer, clientId, ca, entraLike }: ServerAddress): Promise<void> {
  return writeDemoBundle(folder, { issuer, clientId, caPem: ca.caPem, entraLike, session: BENCH_SESSION })
}

function processIdOf({ child }: HelperProcess): number {
  if (child.pid === undefined) throw new Error('the helper has no process id')
  return child.pid
}

export const helperClient: BenchClient = {
  name: 'ours',
  async start(server) {
    const folders = await makeWorkFolders()
    await writeBenchBundle(folders.bundle, server)
    const helper = await startHelperProcess(folders)
    const watch = watchKiosk(folders.runtime)
    const events = createEventQueue<ClientEvent>()
    const told = { code: 0, token: 0 }
    watch.onSnapshot(({ session }) => {
      const atMs = performance.now()
      if (session.kind === 'awaitingApproval' && session.generation > told.code) {
        told.code = session.generation
        events.put({ kind: 'code', atMs, userCode: session.userCode })
      }
      // By then the tokens are in the vault.
      if (session.kind === 'confirming' && session.generation > told.token) {
        told.token = session.generation
        events.put({ kind: 'token', atMs, proof: { displayName: session.displayName } })
      }
    })
    void helper.exited.then((code) => {
      events.put({ kind: 'failed', atMs: performance.now(), error: `the helper ended with ${code}` })
    })
    const close = async () => {
      watch.stop()
      await helper.stop()
      await folders.remove()
    }
    openThings.add(close)
    return {
      processId: processIdOf(helper),
      next: (signal) => events.take(signal),
      async goOn() {
        // The screen says good-bye for three seconds; then the next code comes by itself.
        await runKioskctl(folders.runtime, 'sign-out')
      },
      close,
    }
  },
}
