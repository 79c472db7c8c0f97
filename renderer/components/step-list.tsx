/** Numbered steps, each a short title and, where it helps, a line below it. */
import type { Step } from '../languages/wording.ts'

export function StepList({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="step-list">
      {steps.map((step, index) => (
        <li key={step.title} className="step">
          <span className="step-number" aria-hidden="true">
            {index + 1}
          </span>
          <span className="step-title">{step.title}</span>
          {step.detail !== undefined && <span className="step-detail">{step.detail}</span>}
        </li>
      ))}
    </ol>
  )
}
