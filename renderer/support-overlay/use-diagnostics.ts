/** Diagnostics and checks while a technician has access. Never asks for either without a grant. */
import { useCallback, useEffect, useState } from 'react'
import type { SupportChecks, SupportDiagnostics } from '../../contract/support.ts'
import type { KioskBridge } from '../../contract/window-bridge.ts'
import { reportProblem } from '../report-problem.ts'
import { usePolled } from './use-polled.ts'

const DIAGNOSTICS_EVERY_MS = 2_000
const CHECKS_EVERY_MS = { running: 250, otherwise: 2_000 }

export type DiagnosticsOnGlass = {
  diagnostics: SupportDiagnostics | null
  checks: SupportChecks | null
  runChecks: () => void
}

/** Checks run by themselves once a grant: whoever comes wants to know. */
export function useDiagnostics(isGranted: boolean, bridge: KioskBridge = window.kiosk): DiagnosticsOnGlass {
  const [isRunning, setIsRunning] = useState(false)
  const readDiagnostics = useCallback(() => bridge.readSupportDiagnostics(), [bridge])
  const readChecks = useCallback(async () => {
    const found = await bridge.supportChecks({ run: false })
    setIsRunning(found.state === 'running')
    return found
  }, [bridge])
  const runChecks = useCallback(() => {
    bridge.supportChecks({ run: true }).then(
      () => setIsRunning(true),
      (error: unknown) => reportProblem('The helper did not begin the checks', error),
    )
  }, [bridge])
  useEffect(() => {
    if (isGranted) runChecks()
  }, [isGranted, runChecks])
  const diagnostics = usePolled(readDiagnostics, DIAGNOSTICS_EVERY_MS, isGranted)
  const checks = usePolled(readChecks, isRunning ? CHECKS_EVERY_MS.running : CHECKS_EVERY_MS.otherwise, isGranted)
  return { diagnostics, checks, runChecks }
}
