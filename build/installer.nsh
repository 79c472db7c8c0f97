; What the installer does for a kiosk besides laying files: it stops the old one, sets who may do what, registers the helper's task.
; electron-builder inserts these macros (its templates/nsis). Never shows a box; every end has a code of windows-product.mjs.
!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "x64.nsh"
!include "${BUILD_RESOURCES_DIR}/windows/product.nsh"

!define KIOSK_LOG_FOLDER "$WINDIR\Logs\DigitalReceptionist"
; Of the script below. PowerShell's own faults end with 1.
!define KIOSK_NONE_RAN 10
!define KIOSK_ALL_ENDED 11
!define KIOSK_SOME_LEFT 12

Var KioskScreenRan
!ifndef BUILD_UNINSTALLER
  Var KioskData
  Var KioskTaskSid
!endif

; ---- Small things -------------------------------------------------------------------------------------------------

; Into the log that docs/intune.md names. Administrators alone can write below Windows\Logs.
!macro KIOSK_SAY TEXT
  DetailPrint `${TEXT}`
  Push $0
  Push $1
  Push $2
  Push $3
  Push $4
  Push $5
  Push $6
  CreateDirectory "${KIOSK_LOG_FOLDER}"
  ${GetTime} "" "L" $0 $1 $2 $3 $4 $5 $6
  ClearErrors
  FileOpen $3 "${KIOSK_LOG_FOLDER}\setup.log" a
  ${IfNot} ${Errors}
    FileSeek $3 0 END
    FileWrite $3 `$2-$1-$0 $4:$5:$6 ${VERSION} ${TEXT}$\r$\n`
    FileClose $3
  ${EndIf}
  ClearErrors
  Pop $6
  Pop $5
  Pop $4
  Pop $3
  Pop $2
  Pop $1
  Pop $0
!macroend

; The program's own exit code, "timeout" or "error" in $R9; what it said, in $R7.
!macro KIOSK_RUN COMMAND
  nsExec::ExecToStack /TIMEOUT=${KIOSK_WAIT_COMMAND_MS} `${COMMAND}`
  Pop $R9
  Pop $R7
!macroend

!macro KIOSK_FAIL WHY
  !insertmacro KIOSK_SAY `failed: ${WHY}`
  SetErrorLevel ${KIOSK_EXIT_FAILED}
  Quit
!macroend

!macro KIOSK_MUST COMMAND WHAT
  !insertmacro KIOSK_RUN `${COMMAND}`
  ${If} $R9 != 0
    !insertmacro KIOSK_FAIL `${WHAT} ($R9): $R7`
  ${EndIf}
!macroend

; By path, because any kiosk may run another program called node.exe. This setup itself runs from elsewhere, or is called "Uninstall …".
!define KIOSK_IN_TREE "$$_.ExecutablePath -and ($$_.ExecutablePath.StartsWith($$env:KIOSK_TREE + '\resources\', 'OrdinalIgnoreCase') -or $$_.ExecutablePath.StartsWith($$env:KIOSK_TREE + '\${KIOSK_FILE_SHELL}', 'OrdinalIgnoreCase'))"
!define KIOSK_POWERSHELL '"$SYSDIR\WindowsPowerShell\v1.0\powershell.exe" -NoLogo -NoProfile -NonInteractive -Command'

; ---- Stopping -----------------------------------------------------------------------------------------------------

; The helper ends by itself when its supervisor is gone, and wipes its session as at any plain stop.
!macro KIOSK_AWAIT_HELPER
  StrCpy $R8 0
  ${Do}
    !insertmacro KIOSK_RUN `${KIOSK_POWERSHELL} "exit @(Get-CimInstance Win32_Process | Where-Object { $$_.ExecutablePath -and $$_.ExecutablePath.StartsWith($$env:KIOSK_TREE + '\resources\', 'OrdinalIgnoreCase') }).Count"`
    ${If} $R9 == 0
    ${OrIf} $R8 >= ${KIOSK_WAIT_STOP_MS}
      ${ExitDo}
    ${EndIf}
    Sleep 1000
    IntOp $R8 $R8 + 1000
  ${Loop}
!macroend

; Shell Launcher starts the screen again at once: while its program bears another name, it cannot.
!macro KIOSK_HOLD_SCREEN
  ${If} ${FileExists} "$INSTDIR\${KIOSK_FILE_SHELL}"
    Delete "$INSTDIR\${KIOSK_FILE_SHELL}.old"
    Rename "$INSTDIR\${KIOSK_FILE_SHELL}" "$INSTDIR\${KIOSK_FILE_SHELL}.old"
  ${EndIf}
!macroend

; Where the old kiosk stays, it goes on; it does not count as installed, so that Intune comes again.
!macro KIOSK_RESUME
  ${If} ${FileExists} "$INSTDIR\${KIOSK_FILE_SHELL}.old"
    Rename "$INSTDIR\${KIOSK_FILE_SHELL}.old" "$INSTDIR\${KIOSK_FILE_SHELL}"
  ${EndIf}
  !insertmacro KIOSK_RUN `"$SYSDIR\schtasks.exe" /Change /TN "${KIOSK_TASK}" /ENABLE`
  !insertmacro KIOSK_RUN `"$SYSDIR\schtasks.exe" /Run /TN "${KIOSK_TASK}"`
!macroend

!macro KIOSK_STOP
  StrCpy $KioskScreenRan 0
  ${If} $INSTDIR == ""
    !insertmacro KIOSK_FAIL "no folder is known that the kiosk lies in"
  ${EndIf}
  DeleteRegValue HKLM "${KIOSK_REGISTRY_KEY}" "${KIOSK_REGISTRY_VERSION}"
  System::Call 'kernel32::SetEnvironmentVariable(t "KIOSK_TREE", t "$INSTDIR")'
  ; Disabled first, so that Task Scheduler does not start it anew. On a first installation there is none.
  !insertmacro KIOSK_RUN `"$SYSDIR\schtasks.exe" /Change /TN "${KIOSK_TASK}" /DISABLE`
  !insertmacro KIOSK_RUN `"$SYSDIR\schtasks.exe" /End /TN "${KIOSK_TASK}"`
  !insertmacro KIOSK_AWAIT_HELPER
  !insertmacro KIOSK_HOLD_SCREEN
  !insertmacro KIOSK_RUN `${KIOSK_POWERSHELL} "$$all = { @(Get-CimInstance Win32_Process | Where-Object { ${KIOSK_IN_TREE} }) }; $$found = @(& $$all); if ($$found.Count -eq 0) { exit ${KIOSK_NONE_RAN} }; $$found | ForEach-Object { Stop-Process -Id $$_.ProcessId -Force -ErrorAction SilentlyContinue }; Start-Sleep -Seconds 2; if (@(& $$all).Count -eq 0) { exit ${KIOSK_ALL_ENDED} }; exit ${KIOSK_SOME_LEFT}"`
  ${If} $R9 == ${KIOSK_ALL_ENDED}
    StrCpy $KioskScreenRan 1
    !insertmacro KIOSK_SAY "ended what was running"
  ${ElseIf} $R9 == ${KIOSK_SOME_LEFT}
    !insertmacro KIOSK_RESUME
    !insertmacro KIOSK_FAIL "a program of the kiosk cannot be ended"
  ${ElseIf} $R9 != ${KIOSK_NONE_RAN}
    ; Whatever still runs keeps its files, and the check of the new ones finds that.
    !insertmacro KIOSK_SAY `PowerShell cannot tell what is running ($R9): $R7`
    !insertmacro KIOSK_RUN `"$SYSDIR\taskkill.exe" /F /IM "${KIOSK_FILE_SHELL}"`
    StrCpy $KioskScreenRan 1
  ${EndIf}
  ; Whether there was something to rename is no fault of what comes next.
  ClearErrors
!macroend

; ---- What electron-builder inserts --------------------------------------------------------------------------------

; Its own looks for a mutex too, and ends with 2, of which Intune knows nothing.
!macro preInit
  !ifndef BUILD_UNINSTALLER
    System::Call 'kernel32::OpenMutexW(i 0x00100000, i 0, w "${APP_GUID}") p .r0'
    ${If} $0 <> 0
      System::Call 'kernel32::CloseHandle(p r0)'
      SetErrorLevel ${KIOSK_EXIT_ANOTHER_SETUP_RUNS}
      Quit
    ${EndIf}
  !endif
!macroend

; One place on every kiosk: Intune's rules, the task and Shell Launcher name it. /D= changes nothing.
!macro customInit
  StrCpy $INSTDIR "$PROGRAMFILES64\${KIOSK_EXECUTABLE_NAME}"
!macroend

!macro customCheckAppRunning
  !ifndef BUILD_UNINSTALLER
    ; An update waits for a moment in which it disturbs nobody, within a limit. Without a helper it need not.
    ${If} ${FileExists} "$INSTDIR\${KIOSK_FILE_TECHNICIAN_TOOL}"
      nsExec::Exec /TIMEOUT=${KIOSK_WAIT_QUIET_MS} `"$INSTDIR\${KIOSK_FILE_NODE}" "$INSTDIR\${KIOSK_FILE_TECHNICIAN_TOOL}" wait-until-quiet`
      Pop $R9
    ${EndIf}
  !endif
  !insertmacro KIOSK_STOP
!macroend

; In place of a box that nobody would ever close. $R0 is what the old uninstaller ended with.
!macro customUnInstallCheck
  ${If} ${Errors}
    ; It is gone: what it has left is overwritten.
    ClearErrors
    !insertmacro KIOSK_SAY "the old version has no uninstaller any more"
  ${ElseIf} $R0 != 0
    !insertmacro KIOSK_RESUME
    !insertmacro KIOSK_FAIL "the old version could not be removed ($R0)"
  ${EndIf}
!macroend

!macro customUnInstallCheckCurrentUser
  ClearErrors
!macroend

!ifndef BUILD_UNINSTALLER
  ; Whoever made a link here before the first installation would be given what it leads to.
  !macro KIOSK_FOLDER BELOW
    System::Call 'kernel32::GetFileAttributesW(w "$KioskData\${BELOW}") i .r0'
    IntOp $1 $0 & 0x400
    ${If} $0 != -1
    ${AndIf} $1 != 0
      !insertmacro KIOSK_FAIL `$KioskData\${BELOW} is a link`
    ${EndIf}
    CreateDirectory "$KioskData\${BELOW}"
    !insertmacro KIOSK_MUST `"$SYSDIR\icacls.exe" "$KioskData\${BELOW}" /reset /T /C /L /Q` "cannot reset who may do what in ${BELOW}"
  !macroend

  !macro KIOSK_GRANT BELOW WHO LETTERS
    !insertmacro KIOSK_MUST `"$SYSDIR\icacls.exe" "$KioskData\${BELOW}" /grant "*${WHO}:(OI)(CI)${LETTERS}" /Q` "cannot say who may do what in ${BELOW}"
  !macroend

  ; "schtasks /ShowSid" says it in the system's language: the SID is what looks like one of a task.
  !macro KIOSK_READ_TASK_SID
    !insertmacro KIOSK_MUST `"$SYSDIR\schtasks.exe" /ShowSid /TN "${KIOSK_TASK}"` "the task has no SID"
    StrCpy $KioskTaskSid ""
    StrLen $R6 "${KIOSK_TASK_SID_PREFIX}"
    StrLen $R5 $R7
    StrCpy $R4 0
    ${Do}
      StrCpy $R3 $R7 $R6 $R4
      ${If} $R3 == "${KIOSK_TASK_SID_PREFIX}"
        StrCpy $KioskTaskSid $R3
        IntOp $R4 $R4 + $R6
        ${Do}
          StrCpy $R3 $R7 1 $R4
          ${If} $R3 == "-"
          ${OrIf} $R3 == "0"
          ${OrIf} $R3 > 0
            StrCpy $KioskTaskSid "$KioskTaskSid$R3"
          ${Else}
            ${ExitDo}
          ${EndIf}
          IntOp $R4 $R4 + 1
        ${Loop}
        ${ExitDo}
      ${EndIf}
      IntOp $R4 $R4 + 1
    ${LoopUntil} $R4 >= $R5
    ${If} $KioskTaskSid == ""
      !insertmacro KIOSK_FAIL `schtasks names no SID: $R7`
    ${EndIf}
  !macroend

  !macro KIOSK_LAY_FOLDERS
    SetShellVarContext all
    StrCpy $KioskData $APPDATA
    ${If} $KioskData != "${KIOSK_DATA_ROOT}"
      !insertmacro KIOSK_FAIL `$KioskData is not ${KIOSK_DATA_ROOT}, where the kiosk looks for its data`
    ${EndIf}
    !insertmacro KIOSK_READ_TASK_SID
    !insertmacro KIOSK_FOLDER "${KIOSK_FOLDER_DATA}"
    ; Nobody's but the administrators' before anything is laid in it: everybody may make folders in ProgramData.
    !insertmacro KIOSK_MUST `"$SYSDIR\icacls.exe" "$KioskData\${KIOSK_FOLDER_DATA}" /setowner *${KIOSK_SID_ADMINISTRATORS} /T /C /L /Q` "cannot own the folder of its data"
    !insertmacro KIOSK_MUST `"$SYSDIR\icacls.exe" "$KioskData\${KIOSK_FOLDER_DATA}" /inheritance:r /grant:r "*${KIOSK_SID_SYSTEM}:(OI)(CI)F" "*${KIOSK_SID_ADMINISTRATORS}:(OI)(CI)F" /Q` "cannot close the folder of its data"
    !insertmacro KIOSK_EACH_GRANT
  !macroend

  ; Node reads it (--env-file): a task cannot be given an environment. In single quotes nothing is an escape.
  !macro KIOSK_WRITE_ENVIRONMENT
    ClearErrors
    FileOpen $0 "$INSTDIR\${KIOSK_FILE_ENVIRONMENT}" w
    FileWrite $0 `PM2_HOME='$KioskData\${KIOSK_FOLDER_SUPERVISOR}'$\r$\n`
    FileWrite $0 `PM2_DISCRETE_MODE='true'$\r$\n`
    FileClose $0
    ${If} ${Errors}
      !insertmacro KIOSK_FAIL "cannot write ${KIOSK_FILE_ENVIRONMENT}"
    ${EndIf}
  !macroend

  !macro customInstall
    !insertmacro KIOSK_SAY "files are laid"
    ; What Program Files gives: everybody reads, administrators alone write. And every file as it was built.
    !insertmacro KIOSK_MUST `"$SYSDIR\icacls.exe" "$INSTDIR" /reset /T /C /Q` "cannot reset who may write the program"
    !insertmacro KIOSK_MUST `"$INSTDIR\${KIOSK_FILE_NODE}" "$INSTDIR\${KIOSK_FILE_TECHNICIAN_TOOL}" verify-program` "the files are not as they were built"
    !insertmacro KIOSK_MUST `"$SYSDIR\schtasks.exe" /Create /TN "${KIOSK_TASK}" /XML "$INSTDIR\${KIOSK_FILE_TASK}" /F` "cannot register the task of the helper"
    !insertmacro KIOSK_LAY_FOLDERS
    !insertmacro KIOSK_WRITE_ENVIRONMENT
    !insertmacro KIOSK_MUST `"$SYSDIR\schtasks.exe" /Run /TN "${KIOSK_TASK}"` "cannot start the task of the helper"
    WriteRegStr HKLM "${KIOSK_REGISTRY_KEY}" "${KIOSK_REGISTRY_VERSION}" "${VERSION}"
    ${If} $KioskScreenRan == 1
    ${OrIf} ${RebootFlag}
      !insertmacro KIOSK_SAY "done; the screen starts with the next restart of the device"
      SetErrorLevel ${KIOSK_EXIT_RESTART_NEEDED}
      Quit
    ${EndIf}
    !insertmacro KIOSK_SAY "done"
  !macroend
!else
  ; An update keeps the task, which the new version replaces, and all data. Retiring a kiosk (--delete-app-data) keeps nothing.
  !macro customUnInstall
    ${IfNot} ${isUpdated}
      !insertmacro KIOSK_RUN `"$SYSDIR\schtasks.exe" /Delete /TN "${KIOSK_TASK}" /F`
      DeleteRegKey HKLM "${KIOSK_REGISTRY_KEY}"
      SetShellVarContext all
      RMDir /r "$APPDATA\${KIOSK_FOLDER_RUNTIME}"
      RMDir /r "$APPDATA\${KIOSK_FOLDER_SUPERVISOR}"
      ${If} ${isDeleteAppData}
        RMDir /r "$APPDATA\${KIOSK_FOLDER_DATA}"
        DeleteRegKey HKLM "${KIOSK_BUNDLE_REGISTRY_KEY}"
        DeleteRegKey HKLM "${KIOSK_TRUST_REGISTRY_KEY}"
        DeleteRegKey /ifempty HKLM "${KIOSK_VENDOR_REGISTRY_KEY}"
      ${EndIf}
      !insertmacro KIOSK_SAY "removed"
    ${EndIf}
  !macroend
!endif
