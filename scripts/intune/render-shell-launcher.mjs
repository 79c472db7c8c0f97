/** How Windows gives the screen to the kiosk: Shell Launcher for a device of its own, Assigned Access where Shell Launcher cannot be had. Pure. */
import { FOLDERS, PRODUCT, PROGRAM_FILES, SHELL_EXITS } from '../../build/windows/windows-product.mjs'
import { escapeXml } from './render-task.mjs'

const SHELL = `${FOLDERS.programs}\\${PROGRAM_FILES.shell}`
const MADE_FROM = '<!-- Made by "npm run intune:files" from build/windows/windows-product.mjs. Change it there. -->'

/** Restarts the shell for ever, but after a technician has left it. The account is one that Shell Launcher makes and signs in. */
export function renderShellLauncher() {
  const { profileId, leave, other } = SHELL_EXITS
  return `<?xml version="1.0" encoding="utf-8"?>
${MADE_FROM}
<ShellLauncherConfiguration
  xmlns="http://schemas.microsoft.com/ShellLauncher/2018/Configuration"
  xmlns:V2="http://schemas.microsoft.com/ShellLauncher/2019/Configuration">
  <Profiles>
    <DefaultProfile>
      <Shell Shell="%SystemRoot%\\explorer.exe"/>
    </DefaultProfile>
    <Profile Id="${profileId}" Name="${escapeXml(PRODUCT.displayName)}">
      <Shell Shell="&quot;${escapeXml(SHELL)}&quot;" V2:AppType="Desktop" V2:AllAppsFullScreen="true">
        <ReturnCodeActions>
          <ReturnCodeAction ReturnCode="${leave.code}" Action="${leave.action}"/>
        </ReturnCodeActions>
        <DefaultAction Action="${other.action}"/>
      </Shell>
    </Profile>
  </Profiles>
  <Configs>
    <Config>
      <AutoLogonAccount/>
      <Profile Id="${profileId}"/>
    </Config>
  </Configs>
</ShellLauncherConfiguration>
`
}

/**
 * For editions without Shell Launcher, and second to it: Windows starts the kiosk once after the sign-in, and nothing else may be started.
 * Nobody starts it again, so that a shell which ended leaves an empty desktop until the device restarts.
 */
export function renderAssignedAccess() {
  return `<?xml version="1.0" encoding="utf-8"?>
${MADE_FROM}
<AssignedAccessConfiguration
  xmlns="http://schemas.microsoft.com/AssignedAccess/2017/config"
  xmlns:rs5="http://schemas.microsoft.com/AssignedAccess/201810/config"
  xmlns:v5="http://schemas.microsoft.com/AssignedAccess/2022/config">
  <Profiles>
    <Profile Id="${SHELL_EXITS.profileId}" Name="${escapeXml(PRODUCT.displayName)}">
      <AllAppsList>
        <AllowedApps>
          <App DesktopAppPath="${escapeXml(SHELL)}" rs5:AutoLaunch="true"/>
        </AllowedApps>
      </AllAppsList>
      <v5:StartPins><![CDATA[{ "pinnedList": [] }]]></v5:StartPins>
      <Taskbar ShowTaskbar="false"/>
    </Profile>
  </Profiles>
  <Configs>
    <Config>
      <AutoLogonAccount rs5:DisplayName="${escapeXml(PRODUCT.displayName)}"/>
      <DefaultProfile Id="${SHELL_EXITS.profileId}"/>
    </Config>
  </Configs>
</AssignedAccessConfiguration>
`
}
