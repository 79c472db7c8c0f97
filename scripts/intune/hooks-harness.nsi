; Compiles build/installer.nsh without electron-builder, whose own script needs plugins that Debian's NSIS lacks. Inserts each hook
; where electron-builder 26 does. Never an installer for anybody: it lays no files.
Unicode true
SetCompress off
Name "The hooks of the kiosk’s installer"
OutFile "${OUTPUT}"
RequestExecutionLevel user
SilentInstall silent

!include "LogicLib.nsh"
!include "FileFunc.nsh"

; electron-builder defines these by its plugin StdUtils.
!macro testParameter NAME
  ${GetParameters} $R9
  ${GetOptions} $R9 "--${NAME}" $R9
  StrCpy $R9 "given"
  IfErrors 0 +3
  StrCpy $R9 ""
  ClearErrors
!macroend
!macro _isUpdated _a _b _t _f
  !insertmacro testParameter "updated"
  !insertmacro _!= $R9 "" `${_t}` `${_f}`
!macroend
!define isUpdated `"" isUpdated ""`
!macro _isDeleteAppData _a _b _t _f
  !insertmacro testParameter "delete-app-data"
  !insertmacro _!= $R9 "" `${_t}` `${_f}`
!macroend
!define isDeleteAppData `"" isDeleteAppData ""`

!include "${BUILD_RESOURCES_DIR}/installer.nsh"

Function .onInit
  !insertmacro preInit
  !ifdef BUILD_UNINSTALLER
    WriteUninstaller "$EXEDIR\uninstaller.exe"
    Quit
  !else
    SetRegView 64
    !insertmacro customInit
  !endif
FunctionEnd

!ifdef BUILD_UNINSTALLER
  Section "install"
  SectionEnd

  Function un.onInit
    SetRegView 64
    !insertmacro customCheckAppRunning
  FunctionEnd

  Section "un.install"
    !insertmacro customUnInstall
  SectionEnd
!else
  Function handleUninstallResult
    !insertmacro customUnInstallCheck
  FunctionEnd

  Function handleUninstallResultOfUser
    !insertmacro customUnInstallCheckCurrentUser
  FunctionEnd

  Section "install"
    !insertmacro customCheckAppRunning
    StrCpy $R0 0
    Call handleUninstallResult
    Call handleUninstallResultOfUser
    !insertmacro customInstall
    SetErrorLevel 0
    Quit
  SectionEnd
!endif
