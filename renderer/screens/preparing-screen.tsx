/** Somebody asked for a code and it is on its way. */
import { BusyDots } from '../components/busy-dots.tsx'
import { Message } from '../components/message.tsx'
import { ScreenFooter } from '../components/screen-footer.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import type { Identity, SessionOf } from '../session-of.ts'

export function PreparingScreen({ identity, session }: { identity: Identity; session: SessionOf<'preparing'> }) {
  return (
    <ScreenFrame kind="preparing" generation={session.generation} identity={identity}>
      <Message notice="preparing" picture={<BusyDots />} />
      <ScreenFooter help={{ deviceId: identity.device.id, code: null, troubleCode: null }} />
    </ScreenFrame>
  )
}
