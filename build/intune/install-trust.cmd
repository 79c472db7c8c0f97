@echo off
rem Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.
rem Lays the folder "trust" beside this file for the kiosk; its one argument is the version, a whole number. Runs as SYSTEM.
setlocal EnableExtensions DisableDelayedExpansion
set "NODE=%ProgramW6432%\digital-receptionist-kiosk\resources\node\node.exe"
set "TOOL=%ProgramW6432%\digital-receptionist-kiosk\resources\helper\kioskctl.mjs"
if "%~1"=="" (echo give the version & exit /b 1603)
if not exist "%TOOL%" (echo the kiosk is not installed: make the app depend on it & exit /b 1603)
if not exist "%ProgramData%\Digital Receptionist\trust\" (echo the kiosk has no folder for it & exit /b 1603)
dir /s /b /a-d "%~dp0trust\*.key" >nul 2>&1
if not errorlevel 1 (echo a private key is in the package & exit /b 1603)
dir /s /b /a-d "%~dp0trust\*.pfx" >nul 2>&1
if not errorlevel 1 (echo a private key is in the package & exit /b 1603)
dir /s /b /a-d "%~dp0trust\*.p12" >nul 2>&1
if not errorlevel 1 (echo a private key is in the package & exit /b 1603)
"%SystemRoot%\System32\findstr.exe" /s /m /c:"PRIVATE KEY-----" "%~dp0trust\*" >nul 2>&1
if not errorlevel 1 (echo a private key is in the package & exit /b 1603)
if not exist "%~dp0trust\bundle-keys.json" (echo there is no bundle-keys.json & exit /b 1603)
rem Without the rights of the source: the folder gives its own. Below 8 all is copied.
"%SystemRoot%\System32\robocopy.exe" "%~dp0trust" "%ProgramData%\Digital Receptionist\trust" /MIR /R:5 /W:2 /NP /NFL /NDL /NJH
if errorlevel 8 exit /b 1603
"%SystemRoot%\System32\reg.exe" add "HKLM\SOFTWARE\Digital Receptionist\Trust" /v Version /t REG_DWORD /d %~1 /f /reg:64
if errorlevel 1 exit /b 1603
exit /b 0
