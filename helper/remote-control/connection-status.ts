/** How the connection to the broker stands, in words for technicians and the log. Says each fault once, and never what a broker says. */
import type { RemoteControlStatus } from '../../contract/remote-control-status.ts'
import type { Log } from '../log.ts'

export type ConnectionStatus = {
  status(): RemoteControlStatus
  connected(): void
  lost(why: Error | null): void
}

export function followConnection(brokerHost: string, log: Log): ConnectionStatus {
  let status: RemoteControlStatus = { kind: 'connecting', brokerHost, sinceEpochMs: Date.now(), because: null }
  return {
    status: () => status,
    connected() {
      log.info({ event: 'broker.connected', brokerHost }, 'orders reach this kiosk')
      status = { kind: 'connected', brokerHost, sinceEpochMs: Date.now() }
    },
    lost(why) {
      const because = describeFault(why)
      const isNews = status.kind !== 'connecting' || status.because !== because
      if (isNews) log.warn({ err: why, event: 'broker.lost', brokerHost }, 'no connection: the broker is tried again')
      const sinceEpochMs = status.kind === 'connecting' ? status.sinceEpochMs : Date.now()
      status = { kind: 'connecting', brokerHost, sinceEpochMs, because }
    },
  }
}

/** A system's or TLS's own code, where there is one; its words may be anything. */
function describeFault(why: Error | null): string | null {
  if (why === null) return null
  const { code } = why as NodeJS.ErrnoException
  return String(code ?? why.message)
    .replace(/[^ -~]/g, '?')
    .slice(0, 120)
}
