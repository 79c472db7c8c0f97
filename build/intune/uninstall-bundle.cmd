@echo off
rem Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.
rem Takes the kiosk's bundle away: the registry first, so that Intune sees it gone even where a file stays. Runs as SYSTEM.
setlocal EnableExtensions DisableDelayedExpansion
"%SystemRoot%\System32\reg.exe" delete "HKLM\SOFTWARE\Digital Receptionist\Bundle" /f /reg:64
if exist "%ProgramData%\Digital Receptionist\bundle\" del /f /q "%ProgramData%\Digital Receptionist\bundle\*"
if exist "%ProgramData%\Digital Receptionist\bundle\*" for %%F in ("%ProgramData%\Digital Receptionist\bundle\*") do exit /b 1603
exit /b 0
