; What the installer does for a kiosk besides laying files: it stops the old one, sets who may do what, registers the helper's task.
; electron-builder inserts these macros (its templates/nsis). Never shows a box; every end has a code of windows-product.mjs.
!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "x64.nsh"
!include "${BUILD_RESOURCES_DIR}/windows/product.nsh"

Var KioskScreenRan
!ifndef BUILD_UNINSTALLER
  ; 1 once the files are proven on a device that had a kiosk: what fails from then on leaves it a helper.
  Var KioskMayRun
  Var KioskData
  Var KioskTaskSid
!endif

!include "${BUILD_RESOURCES_DIR}/windows/run-command.nsh"
!include "${BUILD_RESOURCES_DIR}/windows/stop-kiosk.nsh"
!ifndef BUILD_UNINSTALLER
  !include "${BUILD_RESOURCES_DIR}/windows/lay-folders.nsh"
!endif

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
    ; It is gone: what it has left would be files that the new version's list does not know.
    RMDir /r "$INSTDIR\resources"
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
  !macro customInstall
    !insertmacro KIOSK_SAY "files are laid"
    ; What Program Files gives: everybody reads, administrators alone write. And every file as it was built.
    !insertmacro KIOSK_MUST `"$SYSDIR\icacls.exe" "$INSTDIR" /reset /T /C /Q` "cannot reset who may write the program"
    !insertmacro KIOSK_RUN_WITHIN ${KIOSK_WAIT_VERIFY_MS} `"$INSTDIR\${KIOSK_FILE_NODE}" "$INSTDIR\${KIOSK_FILE_TECHNICIAN_TOOL}" verify-program`
    ${If} $R9 != 0
      !insertmacro KIOSK_FAIL `the files are not as they were built ($R9): $R7`
    ${EndIf}
    ReadRegStr $0 HKLM "${KIOSK_VENDOR_REGISTRY_KEY}" "${KIOSK_REGISTRY_DATA_MARK}"
    ${If} $0 != ""
      StrCpy $KioskMayRun 1
    ${EndIf}
    ClearErrors
    !insertmacro KIOSK_MUST `"$SYSDIR\schtasks.exe" /Create /TN "${KIOSK_TASK}" /XML "$INSTDIR\${KIOSK_FILE_TASK}" /F` "cannot register the task of the helper"
    !insertmacro KIOSK_LAY_FOLDERS
    !insertmacro KIOSK_WRITE_ENVIRONMENT
    !insertmacro KIOSK_MUST `"$SYSDIR\schtasks.exe" /Run /TN "${KIOSK_TASK}"` "cannot start the task of the helper"
    WriteRegStr HKLM "${KIOSK_REGISTRY_KEY}" "${KIOSK_REGISTRY_VERSION}" "${VERSION}"
    ${If} $KioskScreenRan == 1
      !insertmacro KIOSK_SAY "done; Intune restarts the device, and the screen with it"
      SetErrorLevel ${KIOSK_EXIT_SCREEN_NEEDS_RESTART}
      Quit
    ${ElseIf} ${RebootFlag}
      !insertmacro KIOSK_SAY "done; a file in use needs a restart of the device"
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
        ; What is left is still the kiosk's: without the mark, no kiosk could ever be installed here again.
        ${If} ${FileExists} "$APPDATA\${KIOSK_FOLDER_DATA}\*.*"
          !insertmacro KIOSK_SAY "a file of the kiosk's data cannot be removed"
        ${Else}
          DeleteRegValue HKLM "${KIOSK_VENDOR_REGISTRY_KEY}" "${KIOSK_REGISTRY_DATA_MARK}"
          DeleteRegKey /ifempty HKLM "${KIOSK_VENDOR_REGISTRY_KEY}"
        ${EndIf}
        DeleteRegKey HKLM "${KIOSK_BUNDLE_REGISTRY_KEY}"
        DeleteRegKey HKLM "${KIOSK_TRUST_REGISTRY_KEY}"
      ${EndIf}
      !insertmacro KIOSK_SAY "removed"
    ${EndIf}
  !macroend
!endif
