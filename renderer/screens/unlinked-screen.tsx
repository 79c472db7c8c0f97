/** The helper is away, so there is no truth to show: calm words and nothing of what was on the glass before. */
import { BusyDots } from '../components/busy-dots.tsx'
import { Message } from '../components/message.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import type { NoticeId } from '../languages/texts.ts'

export function UnlinkedScreen({ notice }: { notice: NoticeId }) {
  return (
    <ScreenFrame kind="unlinked">
      <Message notice={notice} picture={<BusyDots />} />
    </ScreenFrame>
  )
}
