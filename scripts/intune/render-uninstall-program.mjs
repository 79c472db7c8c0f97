/** The command that removes the program, since an uninstaller that copies itself tells nobody what came of it. Pure. */
import { EXIT_CODES, FOLDERS, PRODUCT } from '../../build/windows/windows-product.mjs'

/** Lies beside the installer in the program's package. */
export const UNINSTALL_COMMAND = 'uninstall-program.cmd'
/** Its one argument where nothing of the kiosk is to stay. */
export const RETIRE = 'retire'

/** Intune's agent is a 32-bit program, to which %ProgramFiles% is another folder. */
const HOME = FOLDERS.programs.replace('%ProgramFiles%', '%ProgramW6432%')
const FAILED = EXIT_CODES.failed.code

/** @returns {string} `build/intune/uninstall-program.cmd` */
export function renderUninstallProgram() {
  const lines = [
    '@echo off',
    'rem Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.',
    `rem Removes the kiosk's program, with "${RETIRE}" all its data too. Ends with the uninstaller's own code. Runs as SYSTEM.`,
    'setlocal EnableExtensions DisableDelayedExpansion',
    'set "DATA="',
    `if /i "%~1"=="${RETIRE}" set "DATA=--delete-app-data"`,
    `if not exist "${HOME}\\${PRODUCT.uninstaller}" (echo there is no uninstaller & exit /b ${FAILED})`,
    'rem Run where it lies, it would copy itself elsewhere and end with 0 at once. The copy is made here: others can write to folders for temporary files.',
    `copy /y "${HOME}\\${PRODUCT.uninstaller}" "%~dp0uninstall-copy.exe" >nul`,
    `if errorlevel 1 (echo cannot copy the uninstaller & exit /b ${FAILED})`,
    'rem The last argument takes all that follows it, and no quotes.',
    `start "" /wait "%~dp0uninstall-copy.exe" /allusers /S %DATA% _?=${HOME}`,
    'set "CODE=%ERRORLEVEL%"',
    'del /f /q "%~dp0uninstall-copy.exe"',
    'if not "%CODE%"=="0" exit /b %CODE%',
    `if exist "${HOME}\\resources\\" (echo files of the program are left & exit /b ${FAILED})`,
    `if /i "%~1"=="${RETIRE}" if exist "${FOLDERS.data}\\" (echo files of its data are left & exit /b ${FAILED})`,
    'exit /b 0',
  ]
  return `${lines.join('\r\n')}\r\n`
}
