/** Numbered steps, each a short title and, where it helps, a line below it. */
import { useText } from '../languages/language-context.ts'
import type { TextId } from '../languages/texts.ts'

export type Step = { title: TextId; detail?: TextId }

export function StepList({ steps }: { steps: readonly Step[] }) {
  const t = useText()
  return (
    <ol className="step-list">
      {steps.map(({ title, detail }, index) => (
        <li key={title} className="step">
          <span className="step-number" aria-hidden="true">
            {index + 1}
          </span>
          <p className="step-title">{t(title)}</p>
          {detail !== undefined && <p className="step-detail">{t(detail)}</p>}
        </li>
      ))}
    </ol>
  )
}
