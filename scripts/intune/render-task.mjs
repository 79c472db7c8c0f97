/** The boot task of the helper, as `schtasks /Create /XML` takes it. Pure. */
import { FOLDERS, PRODUCT, PROGRAM_FILES, TASK } from '../../build/windows/windows-product.mjs'

const programFile = (name) => `${FOLDERS.programs}\\${PROGRAM_FILES[name]}`
const quoted = (path) => `"${path}"`

/** As the Linux unit starts it (build/linux/digital-receptionist-helper.service). Node reads PM2's folder from a file: a task has no environment. */
const ARGUMENTS = [
  `--env-file=${quoted(programFile('environment'))}`,
  quoted(programFile('supervisor')),
  'start',
  quoted(programFile('ecosystem')),
  '--only helper',
  '--no-auto-exit',
].join(' ')

export const escapeXml = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/**
 * Task Scheduler 1.3's schema. ASCII and without an encoding: `schtasks` refuses a file whose encoding is not the one it names.
 *
 * @returns {string} `build/windows/helper-task.xml`
 */
export function renderTask() {
  const privileges = TASK.privileges.map((name) => `        <Privilege>${name}</Privilege>`).join('\n')
  return `<?xml version="1.0"?>
<!-- Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there. -->
<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Author>${escapeXml(PRODUCT.publisher)}</Author>
    <Description>${escapeXml(TASK.description)}</Description>
    <URI>\\${escapeXml(TASK.name)}</URI>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
    </BootTrigger>
    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2020-01-01T00:00:00</StartBoundary>
      <Repetition>
        <Interval>PT${TASK.startEveryMinutes}M</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Helper">
      <UserId>${TASK.accountSid}</UserId>
      <RunLevel>LeastPrivilege</RunLevel>
      <ProcessTokenSidType>Unrestricted</ProcessTokenSidType>
      <RequiredPrivileges>
${privileges}
      </RequiredPrivileges>
    </Principal>
  </Principals>
  <Settings>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <AllowHardTerminate>true</AllowHardTerminate>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <StartWhenAvailable>true</StartWhenAvailable>
    <WakeToRun>false</WakeToRun>
    <Hidden>false</Hidden>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>5</Priority>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Helper">
    <Exec>
      <Command>${escapeXml(programFile('node'))}</Command>
      <Arguments>${escapeXml(ARGUMENTS)}</Arguments>
      <WorkingDirectory>${escapeXml(`${FOLDERS.programs}\\resources`)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`
}
