; How the installer runs a command of Windows, says what came of it, and fails. Never shows a box.

!define KIOSK_LOG_FOLDER "$WINDIR\Logs\DigitalReceptionist"

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
!macro KIOSK_RUN_WITHIN WAIT_MS COMMAND
  nsExec::ExecToStack /TIMEOUT=${WAIT_MS} `${COMMAND}`
  Pop $R9
  Pop $R7
!macroend

!macro KIOSK_RUN COMMAND
  !insertmacro KIOSK_RUN_WITHIN ${KIOSK_WAIT_COMMAND_MS} `${COMMAND}`
!macroend

!macro KIOSK_FAIL WHY
  !insertmacro KIOSK_SAY `failed: ${WHY}`
  !ifndef BUILD_UNINSTALLER
    ${If} $KioskMayRun == 1
      !insertmacro KIOSK_RUN `"$SYSDIR\schtasks.exe" /Change /TN "${KIOSK_TASK}" /ENABLE`
      !insertmacro KIOSK_RUN `"$SYSDIR\schtasks.exe" /Run /TN "${KIOSK_TASK}"`
    ${EndIf}
  !endif
  SetErrorLevel ${KIOSK_EXIT_FAILED}
  Quit
!macroend

!macro KIOSK_MUST COMMAND WHAT
  !insertmacro KIOSK_RUN `${COMMAND}`
  ${If} $R9 != 0
    !insertmacro KIOSK_FAIL `${WHAT} ($R9): $R7`
  ${EndIf}
!macroend

!define KIOSK_POWERSHELL '"$SYSDIR\WindowsPowerShell\v1.0\powershell.exe" -NoLogo -NoProfile -NonInteractive -Command'
