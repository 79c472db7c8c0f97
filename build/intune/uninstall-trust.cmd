@echo off
rem Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.
rem Takes the kiosk's trust away: the registry first, so that Intune sees it gone even where a file stays. Runs as SYSTEM.
setlocal EnableExtensions DisableDelayedExpansion
"%SystemRoot%\System32\reg.exe" delete "HKLM\SOFTWARE\Digital Receptionist\Trust" /f /reg:64
if exist "%ProgramData%\Digital Receptionist\trust\" del /f /s /q "%ProgramData%\Digital Receptionist\trust\*"
dir /s /b /a-d "%ProgramData%\Digital Receptionist\trust\*" >nul 2>&1
if not errorlevel 1 exit /b 1603
exit /b 0
