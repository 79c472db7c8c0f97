/** The helper's environment variables, checked. Holds folders only: no setting of a sign-in, no secret. */
import { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'

const DEFAULT_BUNDLE_FOLDER = '/etc/digital-receptionist'
const DEFAULT_RUNTIME_FOLDER = '/run/digital-receptionist'

const absoluteFolder = z.string().regex(/^(\/|[A-Za-z]:[\\/])/, 'must be an absolute path')

const environmentSchema = z.object({
  KIOSK_BUNDLE_DIR: absoluteFolder.default(DEFAULT_BUNDLE_FOLDER),
  KIOSK_RUNTIME_DIR: absoluteFolder.default(DEFAULT_RUNTIME_FOLDER),
})

export type HelperEnvironment = { bundleFolder: string; runtimeFolder: string }

/** @throws KioskError `environment-invalid` naming every variable at fault */
export function readHelperEnvironment(environment: NodeJS.ProcessEnv): HelperEnvironment {
  const parsed = environmentSchema.safeParse(environment)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
    throw new KioskError('environment-invalid', faults.join('; '))
  }
  return { bundleFolder: parsed.data.KIOSK_BUNDLE_DIR, runtimeFolder: parsed.data.KIOSK_RUNTIME_DIR }
}
