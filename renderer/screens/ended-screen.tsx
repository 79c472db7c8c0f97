/** A session is over: by whom and why, for the few seconds until the kiosk moves on by itself. Names nobody. */
import { Message } from '../components/message.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import type { Identity, SessionOf } from '../session-of.ts'

export function EndedScreen({ identity, session }: { identity: Identity; session: SessionOf<'ended'> }) {
  return (
    <ScreenFrame kind="ended" identity={identity}>
      <Message notice={`ended.${session.reason}`} />
    </ScreenFrame>
  )
}
