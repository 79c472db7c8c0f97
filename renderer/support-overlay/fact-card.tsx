/** Cards with facts in them: a name on one side, what was found on the other. Colour never says what no word says. */
import type { ReactNode } from 'react'

export type Tone = 'good' | 'warning' | 'bad' | 'quiet'

export function StatusDot({ tone }: { tone: Tone }) {
  return <span className="status-dot" data-tone={tone} aria-hidden="true" />
}

export function FactCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="fact-card">
      <h2 className="fact-card-title">{title}</h2>
      <dl className="facts">{children}</dl>
    </section>
  )
}

type FactProps = { name: string; tone?: Tone | undefined; isCode?: boolean; children: ReactNode }

/** @param isCode for what is read letter by letter, and from left to right in every language */
export function Fact({ name, tone, isCode = false, children }: FactProps) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd data-code={isCode}>
        {tone !== undefined && <StatusDot tone={tone} />}
        {isCode ? <bdi dir="ltr">{children}</bdi> : children}
      </dd>
    </div>
  )
}
