# Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.
# What a compliance policy asks of a kiosk, as one line of JSON. Changes nothing; no secret, no person and no token is in it.
$ErrorActionPreference = 'Continue'
$node = [Environment]::ExpandEnvironmentVariables('%ProgramFiles%\digital-receptionist-kiosk\resources\node\node.exe')
$tool = [Environment]::ExpandEnvironmentVariables('%ProgramFiles%\digital-receptionist-kiosk\resources\helper\kioskctl.mjs')
$found = [ordered]@{
  KioskVersion = '0.0.0'
  BundleVersion = [long]0
  HelperTaskEnabled = $false
  HelperAnswers = $false
  ProgramUnchanged = $false
}
$key = Get-ItemProperty -Path 'HKLM:\SOFTWARE\Digital Receptionist\Kiosk' -ErrorAction SilentlyContinue
if ($key.Version) { $found.KioskVersion = [string]$key.Version }
$key = Get-ItemProperty -Path 'HKLM:\SOFTWARE\Digital Receptionist\Bundle' -ErrorAction SilentlyContinue
if ($key.Version) { $found.BundleVersion = [long]$key.Version }
$task = Get-ScheduledTask -TaskName 'DigitalReceptionistHelper' -ErrorAction SilentlyContinue
$found.HelperTaskEnabled = [bool]($task -and $task.State -ne 'Disabled')
if ((Test-Path $node) -and (Test-Path $tool)) {
  & $node $tool state --json > $null 2>&1
  $found.HelperAnswers = [bool]($LASTEXITCODE -eq 0)
}
if ((Test-Path $node) -and (Test-Path $tool)) {
  & $node $tool verify-program > $null 2>&1
  $found.ProgramUnchanged = [bool]($LASTEXITCODE -eq 0)
}
return $found | ConvertTo-Json -Compress
