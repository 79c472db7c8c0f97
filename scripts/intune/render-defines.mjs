/** The installer's constants, as NSIS takes them. Pure. */
import {
  ACCESS,
  DATA_ROOT,
  EXIT_CODES,
  FOLDERS,
  PRODUCT,
  PROGRAM_FILES,
  REGISTRY,
  SIDS,
  TASK,
  WAITS,
} from '../../build/windows/windows-product.mjs'

/** `$` begins a variable of NSIS, and none of ours holds one. */
function define(name, value) {
  const text = String(value)
  if (/["$`\r\n]/.test(text)) throw new Error(`${name} holds what NSIS would read as something else: ${text}`)
  return `!define ${name} "${text}"`
}

const spelled = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()

/** Below ProgramData, whose path NSIS knows itself. */
const below = (path) => path.replace(/^%ProgramData%\\/, '')

/** One call of the installer's macro for each account and folder. */
function renderAccess() {
  const grant = (folder, who, letters) =>
    `  !insertmacro KIOSK_GRANT "\${KIOSK_FOLDER_${spelled(folder)}}" "${who}" "${letters}"`
  return [
    '!macro KIOSK_EACH_GRANT',
    ...ACCESS.flatMap(({ folder, task, interactive }) => [
      `  !insertmacro KIOSK_FOLDER "\${KIOSK_FOLDER_${spelled(folder)}}"`,
      grant(folder, '$KioskTaskSid', task),
      ...(interactive === null ? [] : [grant(folder, `\${KIOSK_SID_INTERACTIVE}`, interactive)]),
    ]),
    '!macroend',
  ]
}

/** @returns {string} `build/windows/product.nsh` */
export function renderDefines() {
  const lines = [
    ['KIOSK_GUID', PRODUCT.guid],
    ['KIOSK_EXECUTABLE_NAME', PRODUCT.executableName],
    ['KIOSK_DATA_ROOT', DATA_ROOT],
    ['KIOSK_TASK', TASK.name],
    ['KIOSK_TASK_SID_PREFIX', TASK.sidPrefix],
    ['KIOSK_REGISTRY_KEY', REGISTRY.product.key],
    ['KIOSK_REGISTRY_VERSION', REGISTRY.product.version],
    ['KIOSK_BUNDLE_REGISTRY_KEY', REGISTRY.bundle.key],
    ['KIOSK_TRUST_REGISTRY_KEY', REGISTRY.trust.key],
    ['KIOSK_VENDOR_REGISTRY_KEY', REGISTRY.vendor],
    ['KIOSK_REGISTRY_DATA_MARK', REGISTRY.dataMark],
    ...Object.entries(EXIT_CODES).map(([name, { code }]) => [`KIOSK_EXIT_${spelled(name)}`, code]),
    ...Object.entries(SIDS).map(([name, sid]) => [`KIOSK_SID_${spelled(name)}`, sid]),
    ...Object.entries(PROGRAM_FILES).map(([name, path]) => [`KIOSK_FILE_${spelled(name)}`, path]),
    ...Object.entries(FOLDERS)
      .filter(([name]) => name !== 'programs')
      .map(([name, path]) => [`KIOSK_FOLDER_${spelled(name)}`, below(path)]),
    ...Object.entries(WAITS).map(([name, waitMs]) => [`KIOSK_WAIT_${spelled(name)}_MS`, waitMs]),
  ]
  return [
    '; Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.',
    ...lines.map(([name, value]) => define(name, value)),
    ...renderAccess(),
    '',
  ].join('\n')
}
