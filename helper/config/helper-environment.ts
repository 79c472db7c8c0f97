/** The helper's environment variables, checked. Folders and limits only: no setting of a sign-in, no secret. */
import { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import { defaultPlaces, type KioskPlaces } from '../../contract/kiosk-places.ts'

/** Two and a half times of what a helper takes after weeks. */
const DEFAULT_MEMORY_LIMIT_MIB = 256
/** Twice of it is more than any fresh helper takes: nobody is ever cut short by a limit set too low. */
const LEAST_MEMORY_LIMIT_MIB = 64

const absoluteFolder = z.string().regex(/^(\/|[A-Za-z]:[\\/])/, 'must be an absolute path')

const schemaFor = (places: KioskPlaces) =>
  z.object({
    KIOSK_BUNDLE_DIR: absoluteFolder.default(places.bundleFolder),
    KIOSK_TRUST_DIR: absoluteFolder.default(places.trustFolder),
    KIOSK_DEVICE_DIR: absoluteFolder.default(places.deviceFolder),
    KIOSK_RUNTIME_DIR: absoluteFolder.default(places.runtimeFolder),
    KIOSK_STATE_DIR: absoluteFolder.default(places.stateFolder),
    KIOSK_MEMORY_LIMIT_MIB: z.coerce
      .number('must be a number')
      .min(LEAST_MEMORY_LIMIT_MIB, `must be ${LEAST_MEMORY_LIMIT_MIB} or more`)
      .default(DEFAULT_MEMORY_LIMIT_MIB),
    CREDENTIALS_DIRECTORY: absoluteFolder.optional(),
  })

export type HelperEnvironment = {
  bundleFolder: string
  /** The keys that may vouch for a bundle; root's. */
  trustFolder: string
  /** The device's certificate and its key. */
  deviceFolder: string
  runtimeFolder: string
  /** Outlives a reboot, on a disk: never for a token. */
  stateFolder: string
  /** Resident memory above which the helper starts anew as soon as it disturbs nobody. */
  memoryLimitBytes: number
  /** Where systemd puts the service's credentials, if it has any. */
  credentialsFolder: string | undefined
}

/** @throws KioskError `environment-invalid` naming every variable at fault */
export function readHelperEnvironment(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): HelperEnvironment {
  const parsed = schemaFor(defaultPlaces(platform)).safeParse(environment)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
    throw new KioskError('environment-invalid', faults.join('; '))
  }
  const { KIOSK_BUNDLE_DIR, KIOSK_TRUST_DIR, KIOSK_DEVICE_DIR, KIOSK_RUNTIME_DIR, KIOSK_STATE_DIR, ...given } =
    parsed.data
  return {
    bundleFolder: KIOSK_BUNDLE_DIR,
    trustFolder: KIOSK_TRUST_DIR,
    deviceFolder: KIOSK_DEVICE_DIR,
    runtimeFolder: KIOSK_RUNTIME_DIR,
    stateFolder: KIOSK_STATE_DIR,
    memoryLimitBytes: given.KIOSK_MEMORY_LIMIT_MIB * 1024 * 1024,
    credentialsFolder: given.CREDENTIALS_DIRECTORY,
  }
}
