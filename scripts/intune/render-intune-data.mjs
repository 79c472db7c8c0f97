/** What Intune is told about both apps: commands, rules, codes. The rules are Microsoft Graph's own shapes (win32LobApp). Pure. */
import {
  EXIT_CODES,
  FOLDERS,
  installerFileName,
  PRODUCT,
  PROGRAM_FILES,
  REGISTRY,
} from '../../build/windows/windows-product.mjs'
import { RETIRE, UNINSTALL_COMMAND } from './render-uninstall-program.mjs'

const registryKey = (key) => `HKEY_LOCAL_MACHINE\\${key}`

/** @param {string} path below the folder */
function fileExists(folder, path) {
  const at = path.lastIndexOf('\\')
  return {
    '@odata.type': '#microsoft.graph.win32LobAppFileSystemRule',
    ruleType: 'detection',
    path: at < 0 ? folder : `${folder}\\${path.slice(0, at)}`,
    fileOrFolderName: path.slice(at + 1),
    check32BitOn64System: false,
    operationType: 'exists',
    operator: 'notConfigured',
    comparisonValue: null,
  }
}

function registryValue({ key, version }, operationType, operator, comparisonValue) {
  return {
    '@odata.type': '#microsoft.graph.win32LobAppRegistryRule',
    ruleType: 'detection',
    keyPath: registryKey(key),
    valueName: version,
    check32BitOn64System: false,
    operationType,
    operator,
    comparisonValue: String(comparisonValue),
  }
}

/** All must match. The registry value is written last and taken away first; the files are what a hand could have deleted since. */
const programRules = (version, operator) => [
  registryValue(REGISTRY.product, 'version', operator, version),
  ...['shell', 'helper', 'node', 'supervisor'].map((name) => fileExists(FOLDERS.programs, PROGRAM_FILES[name])),
]

const RETURN_CODES = [
  ...Object.values(EXIT_CODES).map(({ code, intune }) => ({ returnCode: code, type: intune })),
  // Intune's own default, which nothing of ours ends with.
  { returnCode: 1707, type: 'success' },
]

const INSTALL_EXPERIENCE = {
  runAsAccount: 'system',
  // Acts on the return codes: 1641 restarts the device, after the assignment's grace period where there is one.
  deviceRestartBehavior: 'basedOnReturnCode',
  maxRunTimeInMinutes: 60,
}

const REQUIREMENTS = {
  allowedArchitectures: 'x64',
  minimumSupportedWindowsRelease: 'Windows11_23H2',
  minimumFreeDiskSpaceInMB: PRODUCT.leastDiskMebibytes,
  minimumMemoryInMB: PRODUCT.leastMemoryMebibytes,
}

/** `EditionID` of what lacks Shell Launcher. (`CompositionEditionID` does not tell Pro from Enterprise.) */
const EDITIONS_WITHOUT_SHELL_LAUNCHER = [
  ...['Professional', 'ProfessionalWorkstation', 'ProfessionalEducation', 'Core'].flatMap((name) => [name, `${name}N`]),
  'ProfessionalSingleLanguage',
  'ProfessionalCountrySpecific',
  'CoreSingleLanguage',
  'CoreCountrySpecific',
]

/** Refused by name, since all must match: Enterprise, Education and IoT Enterprise, each with its LTSC, are many names. On these the kiosk would be an ordinary program. */
const EDITION_REQUIREMENTS = EDITIONS_WITHOUT_SHELL_LAUNCHER.map((edition) => ({
  '@odata.type': '#microsoft.graph.win32LobAppRegistryRule',
  ruleType: 'requirement',
  keyPath: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion',
  valueName: 'EditionID',
  check32BitOn64System: false,
  operationType: 'string',
  operator: 'notEqual',
  comparisonValue: edition,
}))

/** @param {string} version of package.json */
export function programApp(version) {
  return {
    '@odata.type': '#microsoft.graph.win32LobApp',
    displayName: PRODUCT.displayName,
    displayVersion: version,
    publisher: PRODUCT.publisher,
    setupFilePath: installerFileName(version),
    installCommandLine: `"${installerFileName(version)}" /allusers /S`,
    // Retires a kiosk: program, session state, bundle, trust and device identity.
    uninstallCommandLine: `${UNINSTALL_COMMAND} ${RETIRE}`,
    installExperience: INSTALL_EXPERIENCE,
    returnCodes: RETURN_CODES,
    ...REQUIREMENTS,
    rules: [...programRules(version, 'greaterThanOrEqual'), ...EDITION_REQUIREMENTS],
  }
}

/** For an older version that has to replace a newer one: only itself counts, and what it takes away keeps the kiosk's data. */
export function rollbackApp(version) {
  const app = programApp(version)
  return {
    ...app,
    displayName: `${PRODUCT.displayName} (rollback)`,
    uninstallCommandLine: UNINSTALL_COMMAND,
    rules: [...programRules(version, 'equal'), ...EDITION_REQUIREMENTS],
  }
}

/**
 * A small app of its own: a folder beside its command. It depends on the program, which lays the folders and has the tool that checks.
 *
 * @param {'bundle' | 'trust'} what
 * @param {number} dataVersion rises with every change
 * @param {string} leastFile without which it is not there
 */
function dataApp(what, dataVersion, leastFile) {
  return {
    '@odata.type': '#microsoft.graph.win32LobApp',
    displayName: `${PRODUCT.displayName}: ${what}`,
    displayVersion: String(dataVersion),
    publisher: PRODUCT.publisher,
    setupFilePath: `install-${what}.cmd`,
    installCommandLine: `install-${what}.cmd ${dataVersion}`,
    uninstallCommandLine: `uninstall-${what}.cmd`,
    installExperience: { ...INSTALL_EXPERIENCE, maxRunTimeInMinutes: 15 },
    returnCodes: RETURN_CODES,
    ...REQUIREMENTS,
    rules: [
      registryValue(REGISTRY[what], 'integer', 'greaterThanOrEqual', dataVersion),
      fileExists(FOLDERS[what], leastFile),
    ],
  }
}

/** The bundle of a site or fleet. It carries no key of a device, and nothing that vouches for itself. */
export const bundleApp = (bundleVersion) => dataApp('bundle', bundleVersion, 'kiosk.json')

/** What vouches for bundles, orders and releases: public keys and the fleet's authority. */
export const trustApp = (trustVersion) => dataApp('trust', trustVersion, 'bundle-keys.json')
