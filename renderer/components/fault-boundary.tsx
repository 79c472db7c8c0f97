/** Catches a fault of the screens themselves and loads the page anew. Never leaves the glass blank. */
import { Component, type ReactNode } from 'react'
import { reportProblem } from '../report-problem.ts'

/** Long enough to read, short enough that nobody walks away. */
const RELOAD_AFTER_MS = 2_000

type Props = { children: ReactNode; fallback: ReactNode }

export class FaultBoundary extends Component<Props, { isFaulty: boolean }> {
  override state = { isFaulty: false }

  static getDerivedStateFromError(): { isFaulty: boolean } {
    return { isFaulty: true }
  }

  override componentDidCatch(error: unknown): void {
    reportProblem('A screen could not be drawn', error)
    setTimeout(() => window.location.reload(), RELOAD_AFTER_MS)
  }

  override render(): ReactNode {
    return this.state.isFaulty ? this.props.fallback : this.props.children
  }
}
