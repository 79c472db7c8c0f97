@echo off
rem Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.
rem Removes the kiosk's program, with "retire" all its data too. Ends with the uninstaller's own code. Runs as SYSTEM.
setlocal EnableExtensions DisableDelayedExpansion
set "DATA="
if /i "%~1"=="retire" set "DATA=--delete-app-data"
if not exist "%ProgramW6432%\digital-receptionist-kiosk\Uninstall digital-receptionist-kiosk.exe" (echo there is no uninstaller & exit /b 1603)
rem Run where it lies, it would copy itself elsewhere and end with 0 at once. The copy is made here: others can write to folders for temporary files.
copy /y "%ProgramW6432%\digital-receptionist-kiosk\Uninstall digital-receptionist-kiosk.exe" "%~dp0uninstall-copy.exe" >nul
if errorlevel 1 (echo cannot copy the uninstaller & exit /b 1603)
rem The last argument takes all that follows it, and no quotes.
start "" /wait "%~dp0uninstall-copy.exe" /allusers /S %DATA% _?=%ProgramW6432%\digital-receptionist-kiosk
set "CODE=%ERRORLEVEL%"
del /f /q "%~dp0uninstall-copy.exe"
if not "%CODE%"=="0" exit /b %CODE%
if exist "%ProgramW6432%\digital-receptionist-kiosk\resources\" (echo files of the program are left & exit /b 1603)
if /i "%~1"=="retire" if exist "%ProgramData%\Digital Receptionist\" (echo files of its data are left & exit /b 1603)
exit /b 0
