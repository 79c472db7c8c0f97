/** A session is over: by whom and why, for the few seconds until the kiosk moves on by itself. Names nobody. */
import type { EndReason } from '../../contract/session-state.ts'
import { CheckIcon, ShieldIcon } from '../components/icons.tsx'
import { Message } from '../components/message.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import type { Identity, SessionOf } from '../session-of.ts'

/** What a person, or their shift, meant to happen; the other ends keep somebody safe. */
const AS_PLANNED: readonly EndReason[] = ['signed-out', 'shift-over']

export function EndedScreen({ identity, session }: { identity: Identity; session: SessionOf<'ended'> }) {
  return (
    <ScreenFrame kind="ended" identity={identity}>
      <Message
        notice={`ended.${session.reason}`}
        picture={
          <span className="message-picture">
            {AS_PLANNED.includes(session.reason) ? <CheckIcon /> : <ShieldIcon />}
          </span>
        }
      />
    </ScreenFrame>
  )
}
