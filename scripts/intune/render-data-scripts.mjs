/** The commands that lay and take away a folder of data which Intune brings: the bundle, or what vouches for bundles. Pure. */
import { EXIT_CODES, FOLDERS, PROGRAM_FILES, REGISTRY } from '../../build/windows/windows-product.mjs'

/** Intune's agent is a 32-bit program, to which %ProgramFiles% is another folder. */
const PROGRAMS_64_BIT = FOLDERS.programs.replace('%ProgramFiles%', '%ProgramW6432%')
const FAILED = EXIT_CODES.failed.code
/** Private keys, whatever somebody has called them: a device makes its own, or is given it by other hands. */
const KEY_FILES = ['*.key', '*.pfx', '*.p12']
/** How a private key in PEM says so, whatever its file is called. */
const KEY_WORDS = 'PRIVATE KEY-----'

const MADE_FROM = 'rem Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.'

/** What is asked of the folder before it is laid: an empty one would take away what is there. */
const CHECKS = {
  bundle: [
    'rem As the kiosk itself would judge it. A signature is judged by the kiosk, which has the keys.',
    `"%NODE%" "%TOOL%" bundle check "%~dp0bundle"`,
    `if errorlevel 1 exit /b ${FAILED}`,
  ],
  trust: [`if not exist "%~dp0trust\\bundle-keys.json" (echo there is no bundle-keys.json & exit /b ${FAILED})`],
}

const REFUSE_KEY = `if not errorlevel 1 (echo a private key is in the package & exit /b ${FAILED})`

/** @param {'bundle' | 'trust'} what the folder beside the command, and the kiosk's own */
export function renderInstallData(what) {
  const { key, version } = REGISTRY[what]
  const lines = [
    '@echo off',
    MADE_FROM,
    `rem Lays the folder "${what}" beside this file for the kiosk; its one argument is the version, a whole number. Runs as SYSTEM.`,
    'setlocal EnableExtensions DisableDelayedExpansion',
    `set "NODE=${PROGRAMS_64_BIT}\\${PROGRAM_FILES.node}"`,
    `set "TOOL=${PROGRAMS_64_BIT}\\${PROGRAM_FILES.technicianTool}"`,
    `if "%~1"=="" (echo give the version & exit /b ${FAILED})`,
    `if not exist "%TOOL%" (echo the kiosk is not installed: make the app depend on it & exit /b ${FAILED})`,
    `if not exist "${FOLDERS[what]}\\" (echo the kiosk has no folder for it & exit /b ${FAILED})`,
    ...KEY_FILES.flatMap((pattern) => [`dir /s /b /a-d "%~dp0${what}\\${pattern}" >nul 2>&1`, REFUSE_KEY]),
    `"%SystemRoot%\\System32\\findstr.exe" /s /m /c:"${KEY_WORDS}" "%~dp0${what}\\*" >nul 2>&1`,
    REFUSE_KEY,
    ...CHECKS[what],
    'rem Without the rights of the source: the folder gives its own. Below 8 all is copied.',
    `"%SystemRoot%\\System32\\robocopy.exe" "%~dp0${what}" "${FOLDERS[what]}" /MIR /R:5 /W:2 /NP /NFL /NDL /NJH`,
    `if errorlevel 8 exit /b ${FAILED}`,
    `"%SystemRoot%\\System32\\reg.exe" add "${REGISTRY.hive}\\${key}" /v ${version} /t REG_DWORD /d %~1 /f /reg:64`,
    `if errorlevel 1 exit /b ${FAILED}`,
    'exit /b 0',
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** @param {'bundle' | 'trust'} what */
export function renderUninstallData(what) {
  const { key } = REGISTRY[what]
  const lines = [
    '@echo off',
    MADE_FROM,
    `rem Takes the kiosk's ${what} away: the registry first, so that Intune sees it gone even where a file stays. Runs as SYSTEM.`,
    'setlocal EnableExtensions DisableDelayedExpansion',
    `"%SystemRoot%\\System32\\reg.exe" delete "${REGISTRY.hive}\\${key}" /f /reg:64`,
    `if exist "${FOLDERS[what]}\\" del /f /s /q "${FOLDERS[what]}\\*"`,
    `dir /s /b /a-d "${FOLDERS[what]}\\*" >nul 2>&1`,
    `if not errorlevel 1 exit /b ${FAILED}`,
    'exit /b 0',
  ]
  return `${lines.join('\r\n')}\r\n`
}
