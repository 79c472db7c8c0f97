/** The helper is away, so there is no truth to show: calm words and nothing of what was on the glass before. */
import { BusyDots } from '../components/busy-dots.tsx'
import { Message } from '../components/message.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import type { Notice } from '../languages/wording.ts'

export function UnlinkedScreen({ notice }: { notice: Notice }) {
  return (
    <ScreenFrame kind="unlinked">
      <Message title={notice.title} body={notice.body} picture={<BusyDots />} />
    </ScreenFrame>
  )
}
