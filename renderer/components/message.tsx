/** A headline, a sentence and what belongs to them, in the middle of the screen. */
import type { ReactNode } from 'react'
import { useText } from '../languages/language-context.ts'
import type { NoticeId } from '../languages/texts.ts'

type Words = { notice: NoticeId } | { title: string; body?: string }
type MessageProps = Words & { picture?: ReactNode; children?: ReactNode }

export function Message({ picture, children, ...words }: MessageProps) {
  const t = useText()
  const { title, body } =
    'notice' in words ? { title: t(`${words.notice}.title`), body: t(`${words.notice}.body`) } : words
  return (
    <div className="message">
      {picture}
      <h1 className="message-title">{title}</h1>
      {body !== undefined && <p className="message-body">{body}</p>}
      {children}
    </div>
  )
}
