/** A headline, a sentence and what belongs to them, in the middle of the screen. */
import type { ReactNode } from 'react'

type MessageProps = { title: string; body?: string; picture?: ReactNode; children?: ReactNode }

export function Message({ title, body, picture, children }: MessageProps) {
  return (
    <div className="message">
      {picture}
      <h1 className="message-title">{title}</h1>
      {body !== undefined && <p className="message-body">{body}</p>}
      {children}
    </div>
  )
}
