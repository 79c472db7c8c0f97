/** Whether this helper belongs to an installed kiosk, and what such a one takes no notice of. Never prints a variable's value. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ProvisioningProblem } from '../../contract/session-state.ts'
import { type HelperEnvironment, readHelperEnvironment } from './helper-environment.ts'

/** Laid beside the helper by the packager (build/electron-builder.json); the application tree is root's. */
const MARKER_FILE = 'packaged.json'

/** Each would lead the helper to another bundle, other keys, another identity, another memory of versions, or another vault. */
const OVERRIDES = [
  'KIOSK_BUNDLE_DIR',
  'KIOSK_TRUST_DIR',
  'KIOSK_DEVICE_DIR',
  'KIOSK_STATE_DIR',
  'KIOSK_RUNTIME_DIR',
] as const

/** @param helperFolder where the built `main.mjs` lies */
export function isPackagedHelper(helperFolder: string): boolean {
  return existsSync(join(helperFolder, MARKER_FILE))
}

function spelled(name: string): string {
  return process.platform === 'win32' ? name.toUpperCase() : name
}

/** @returns one problem for each variable that a developer may set and an installed kiosk must not have */
export function findOverrides(environment: NodeJS.ProcessEnv): ProvisioningProblem[] {
  const names = Object.keys(environment).filter((name) => OVERRIDES.some((override) => override === spelled(name)))
  const what = 'is set, and an installed kiosk has its folders where the installer put them'
  return names
    .filter((name) => environment[name])
    .map((where) => {
      const remedy = `Start the helper without ${where}, as the installed service does.`
      return { code: 'environment-unsafe', where, what, remedy }
    })
}

/**
 * The environment of an installed helper: its own folders whatever a variable says, but for the runtime folder, so that the
 * screen and `kioskctl`, which were started with the same variable, can say what is wrong.
 *
 * @throws KioskError `environment-invalid`
 */
export function readPackagedEnvironment(environment: NodeJS.ProcessEnv): HelperEnvironment {
  const {
    KIOSK_BUNDLE_DIR: _,
    KIOSK_TRUST_DIR: __,
    KIOSK_DEVICE_DIR: ___,
    KIOSK_STATE_DIR: ____,
    ...rest
  } = environment
  return readHelperEnvironment(rest)
}
