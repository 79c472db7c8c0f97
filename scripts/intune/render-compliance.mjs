/** What Intune asks each kiosk for its compliance, and what it takes for an answer. Pure. */
import { FOLDERS, PROGRAM_FILES, REGISTRY, TASK } from '../../build/windows/windows-product.mjs'

const MORE = 'https://learn.microsoft.com/mem/intune/protect/compliance-use-custom-settings'

/** Each setting once: how PowerShell finds it out, what must hold, and what to do. */
const settings = (version) => [
  {
    name: 'KioskVersion',
    find: `$key = Get-ItemProperty -Path 'HKLM:\\${REGISTRY.product.key}' -ErrorAction SilentlyContinue
if ($key.${REGISTRY.product.version}) { $found.KioskVersion = [string]$key.${REGISTRY.product.version} }`,
    unknown: "'0.0.0'",
    rule: { Operator: 'GreaterEquals', DataType: 'Version', Operand: version },
    title: 'The kiosk is older than the fleet’s version ({ActualValue}).',
    description: 'Intune installs it with the next sync. If it stays, see the installer’s log on the device.',
  },
  {
    name: 'BundleVersion',
    find: `$key = Get-ItemProperty -Path 'HKLM:\\${REGISTRY.bundle.key}' -ErrorAction SilentlyContinue
if ($key.${REGISTRY.bundle.version}) { $found.BundleVersion = [long]$key.${REGISTRY.bundle.version} }`,
    unknown: '[long]0',
    rule: { Operator: 'GreaterEquals', DataType: 'Int64', Operand: 1 },
    title: 'The kiosk has no bundle.',
    description: 'Assign the bundle’s app to the kiosks’ group.',
  },
  {
    name: 'HelperTaskEnabled',
    find: `$task = Get-ScheduledTask -TaskName '${TASK.name}' -ErrorAction SilentlyContinue
$found.HelperTaskEnabled = [bool]($task -and $task.State -ne 'Disabled')`,
    unknown: '$false',
    rule: { Operator: 'IsEquals', DataType: 'Boolean', Operand: true },
    title: 'The task that runs the kiosk’s helper is missing or disabled.',
    description: 'Install the kiosk again.',
  },
  {
    name: 'HelperAnswers',
    find: `& $node $tool state --json > $null 2>&1
$found.HelperAnswers = [bool]($LASTEXITCODE -eq 0)`,
    unknown: '$false',
    rule: { Operator: 'IsEquals', DataType: 'Boolean', Operand: true },
    title: 'The kiosk’s helper does not answer.',
    description: 'Restart the device. “kioskctl doctor” on it says more.',
  },
  {
    name: 'ProgramUnchanged',
    find: `& $node $tool verify-program > $null 2>&1
$found.ProgramUnchanged = [bool]($LASTEXITCODE -eq 0)`,
    unknown: '$false',
    rule: { Operator: 'IsEquals', DataType: 'Boolean', Operand: true },
    title: 'Files of the kiosk are not as they were built.',
    description: 'Find out who changed them, and install the kiosk again. “kioskctl verify-program” names them.',
  },
]

/** The `Rules` of a custom compliance policy. @param {string} version of package.json */
export function complianceRules(version) {
  return {
    Rules: settings(version).map(({ name, rule, title, description }) => ({
      SettingName: name,
      ...rule,
      MoreInfoUrl: MORE,
      RemediationStrings: [{ Language: 'en_US', Title: title, Description: description }],
    })),
  }
}

/** The discovery script: one line of JSON, and exit code 0 whatever it found. Runs as SYSTEM, in 64-bit PowerShell. */
export function renderDiscovery() {
  const all = settings('0.0.0')
  return [
    '# Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there.',
    '# What a compliance policy asks of a kiosk, as one line of JSON. Changes nothing; no secret, no person and no token is in it.',
    "$ErrorActionPreference = 'Continue'",
    `$node = [Environment]::ExpandEnvironmentVariables('${FOLDERS.programs}\\${PROGRAM_FILES.node}')`,
    `$tool = [Environment]::ExpandEnvironmentVariables('${FOLDERS.programs}\\${PROGRAM_FILES.technicianTool}')`,
    '$found = [ordered]@{',
    ...all.map(({ name, unknown }) => `  ${name} = ${unknown}`),
    '}',
    ...all.flatMap(({ find }) => {
      const needsTool = find.includes('$tool')
      if (!needsTool) return [find]
      return ['if ((Test-Path $node) -and (Test-Path $tool)) {', find.replace(/^/gm, '  '), '}']
    }),
    'return $found | ConvertTo-Json -Compress',
    '',
  ].join('\n')
}
