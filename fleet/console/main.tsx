/** The fleet page's beginning: reads its settings, opens the store, draws. Says in words why it cannot. */
import './uncompiled-schemas.ts'
import { createRoot } from 'react-dom/client'
import { openFleetAuthority } from '../orders/fleet-authority.ts'
import { openRevocationList } from '../orders/revocation-list.ts'
import { App } from './App.tsx'
import { openFleetStore } from './fleet-store.ts'
import { takePageSecret } from './page-secret.ts'

const element = document.getElementById('root')
if (!element) throw new Error('the page has no root')
const root = createRoot(element)

function Cannot({ why }: { why: string }) {
  return (
    <main className="cannot">
      <h1>The fleet page cannot begin</h1>
      <p role="alert">{why}</p>
    </main>
  )
}

async function begin(): Promise<void> {
  const secret = takePageSecret()
  if (secret === null) {
    root.render(<Cannot why="Open the whole address that “fleetctl console” has printed: it lets this page in." />)
    return
  }
  const answer = await fetch('./settings.json')
  const { fleetCaPem, fleetCrlPem }: { fleetCaPem: string; fleetCrlPem: string | null } = await answer.json()
  const revocations = fleetCrlPem === null ? null : await openRevocationList(fleetCrlPem, fleetCaPem)
  const authority = openFleetAuthority(fleetCaPem, revocations)
  root.render(<App store={openFleetStore({ secret, authority })} />)
}

// fleetctl was started anew, and its address was opened in this tab: only the part changes that loads nothing.
addEventListener('hashchange', () => location.reload())

begin().catch(() => {
  root.render(<Cannot why="fleetctl console does not answer. Start it again, and open the address that it prints." />)
})
