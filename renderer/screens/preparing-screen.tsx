/** Somebody asked for a code and it is on its way. */
import { BusyDots } from '../components/busy-dots.tsx'
import { Message } from '../components/message.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { useWording } from '../languages/use-wording.ts'
import type { Identity, SessionOf } from '../session-of.ts'

export function PreparingScreen({ identity, session }: { identity: Identity; session: SessionOf<'preparing'> }) {
  const { preparing } = useWording()
  return (
    <ScreenFrame kind="preparing" generation={session.generation} identity={identity}>
      <Message title={preparing.title} body={preparing.body} picture={<BusyDots />} />
    </ScreenFrame>
  )
}
