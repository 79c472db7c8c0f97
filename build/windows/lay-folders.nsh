; The kiosk's folders of data and who may do what in them (build/windows/windows-product.mjs). Never trusts one that was there before.

; Whoever made a link here before the first installation would be given what it leads to.
!macro KIOSK_REFUSE_LINK BELOW
  System::Call 'kernel32::GetFileAttributesW(w "$KioskData\${BELOW}") i .r0'
  IntOp $1 $0 & 0x400
  ${If} $0 != -1
  ${AndIf} $1 != 0
    !insertmacro KIOSK_FAIL `$KioskData\${BELOW} is a link`
  ${EndIf}
!macroend

; One of the folders in the closed one: reset, it has what that one gives.
!macro KIOSK_FOLDER BELOW
  !insertmacro KIOSK_REFUSE_LINK "${BELOW}"
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

; Everybody may make folders in ProgramData, with keys and a bundle of their own in them: the first installation takes none but its own.
!macro KIOSK_CLAIM_DATA
  ReadRegStr $R2 HKLM "${KIOSK_VENDOR_REGISTRY_KEY}" "${KIOSK_REGISTRY_DATA_MARK}"
  ${If} $R2 == ""
    ; An empty one may be of an attempt that failed.
    RMDir "$KioskData\${KIOSK_FOLDER_DATA}"
    System::Call 'kernel32::CreateDirectoryW(w "$KioskData\${KIOSK_FOLDER_DATA}", p 0) i .r0'
    ${If} $0 == 0
      !insertmacro KIOSK_FAIL `$KioskData\${KIOSK_FOLDER_DATA} was there before the kiosk: find out whose it is, and remove it`
    ${EndIf}
  ${EndIf}
!macroend

; Between its making and its closing somebody could have laid something into it.
!macro KIOSK_REFUSE_FOREIGN_DATA
  ${If} $R2 == ""
    FindFirst $0 $1 "$KioskData\${KIOSK_FOLDER_DATA}\*.*"
    FindNext $0 $1
    ClearErrors
    FindNext $0 $1
    ${IfNot} ${Errors}
      !insertmacro KIOSK_FAIL `$1 was put into the new folder of data`
    ${EndIf}
    FindClose $0
    ClearErrors
    WriteRegStr HKLM "${KIOSK_VENDOR_REGISTRY_KEY}" "${KIOSK_REGISTRY_DATA_MARK}" "$KioskData\${KIOSK_FOLDER_DATA}"
  ${EndIf}
!macroend

!macro KIOSK_LAY_FOLDERS
  SetShellVarContext all
  StrCpy $KioskData $APPDATA
  ${If} $KioskData != "${KIOSK_DATA_ROOT}"
    !insertmacro KIOSK_FAIL `$KioskData is not ${KIOSK_DATA_ROOT}, where the kiosk looks for its data`
  ${EndIf}
  !insertmacro KIOSK_READ_TASK_SID
  !insertmacro KIOSK_CLAIM_DATA
  !insertmacro KIOSK_REFUSE_LINK "${KIOSK_FOLDER_DATA}"
  CreateDirectory "$KioskData\${KIOSK_FOLDER_DATA}"
  ; Closed before anything else and never reset: a reset gives everybody what ProgramData gives, until it is closed again.
  !insertmacro KIOSK_MUST `"$SYSDIR\icacls.exe" "$KioskData\${KIOSK_FOLDER_DATA}" /inheritance:r /grant:r "*${KIOSK_SID_SYSTEM}:(OI)(CI)F" "*${KIOSK_SID_ADMINISTRATORS}:(OI)(CI)F" "*${KIOSK_SID_OWNER_RIGHTS}:(OI)(CI)(RC)" /Q` "cannot close the folder of its data"
  !insertmacro KIOSK_REFUSE_FOREIGN_DATA
  !insertmacro KIOSK_MUST `"$SYSDIR\icacls.exe" "$KioskData\${KIOSK_FOLDER_DATA}" /setowner *${KIOSK_SID_ADMINISTRATORS} /T /C /L /Q` "cannot own the folder of its data"
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
