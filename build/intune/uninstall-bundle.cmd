@echo off
rem Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.
rem Takes the kiosk's bundle away: the registry first, so that Intune sees it gone even where a file stays. Runs as SYSTEM.
setlocal EnableExtensions DisableDelayedExpansion
"%SystemRoot%\System32\reg.exe" delete "HKLM\SOFTWARE\Digital Receptionist\Bundle" /f /reg:64
if exist "%ProgramData%\Digital Receptionist\bundle\" del /f /s /q "%ProgramData%\Digital Receptionist\bundle\*"
dir /s /b /a-d "%ProgramData%\Digital Receptionist\bundle\*" >nul 2>&1
if not errorlevel 1 exit /b 1603
exit /b 0
