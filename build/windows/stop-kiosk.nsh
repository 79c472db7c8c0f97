; How the installer and the uninstaller end a running kiosk, and let it go on where it stays after all. Ends nothing that is not the kiosk's.

; Of the script below. PowerShell's own faults end with 1.
!define KIOSK_NONE_RAN 10
!define KIOSK_ALL_ENDED 11
!define KIOSK_SOME_LEFT 12

; By path, because any kiosk may run another program called node.exe. This setup itself runs from elsewhere, or is called "Uninstall …".
!define KIOSK_IN_TREE "$$_.ExecutablePath -and ($$_.ExecutablePath.StartsWith($$env:KIOSK_TREE + '\resources\', 'OrdinalIgnoreCase') -or $$_.ExecutablePath.StartsWith($$env:KIOSK_TREE + '\${KIOSK_FILE_SHELL}', 'OrdinalIgnoreCase'))"

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
