/** What stands over everything: how many kiosks there are, and whether what is shown is of now. */
import type { KioskFacts } from '../follow/kiosk-facts.ts'
import type { PageState } from './fleet-store.ts'
import { clockWords } from './page-time.ts'

type HeadProps = Pick<PageState, 'connection' | 'asOfEpochMs'> & { all: readonly KioskFacts[]; nowEpochMs: number }

const CONNECTION_WORDS: Readonly<Record<PageState['connection'], string>> = {
  connecting: 'Connecting to the broker…',
  connected: 'Connected',
  gone: 'The broker cannot be reached; trying again. If fleetctl was started anew, open the address that it printed.',
  refused: 'The broker does not let this operator follow its kiosks. Look at the operators’ names in its broker.json.',
}

export function Head({ all, connection, asOfEpochMs, nowEpochMs }: HeadProps) {
  const online = all.filter(({ presence }) => presence === 'online').length
  const concerned = all.filter(({ concerns }) => concerns.length > 0).length
  return (
    <header className="top">
      <h1>Fleet</h1>
      <p className="counts">
        <b>{all.length}</b> {all.length === 1 ? 'kiosk' : 'kiosks'} · <b>{online}</b> online · <b>{concerned}</b>{' '}
        {concerned === 1 ? 'needs' : 'need'} attention
        {asOfEpochMs !== null && all.length > 0 && (
          <span className="as-of"> · as of {clockWords(asOfEpochMs, nowEpochMs)}</span>
        )}
      </p>
      <p className={`connection ${connection}`} role="status">
        {CONNECTION_WORDS[connection]}
      </p>
    </header>
  )
}
