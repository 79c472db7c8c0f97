/** Every file that is made of build/windows/windows-product.mjs, by its path. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificateProfile } from './render-certificate.mjs'
import { complianceRules, renderDiscovery } from './render-compliance.mjs'
import { renderInstallData, renderUninstallData } from './render-data-scripts.mjs'
import { renderDefines } from './render-defines.mjs'
import { bundleApp, programApp, rollbackApp, trustApp } from './render-intune-data.mjs'
import { renderAssignedAccess, renderShellLauncher } from './render-shell-launcher.mjs'
import { renderTask } from './render-task.mjs'
import { renderUninstallProgram, UNINSTALL_COMMAND } from './render-uninstall-program.mjs'

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'))

/** As the repository's formatter has it: a list of one word stands in one line. */
const asJson = (value) => `${JSON.stringify(value, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`

/** @returns {Record<string, string>} */
export function renderIntuneFiles() {
  const data = ['bundle', 'trust'].flatMap((what) => [
    [`build/intune/install-${what}.cmd`, renderInstallData(what)],
    [`build/intune/uninstall-${what}.cmd`, renderUninstallData(what)],
  ])
  return {
    'build/windows/product.nsh': renderDefines(),
    'build/windows/helper-task.xml': renderTask(),
    'build/intune/program.app.json': asJson(programApp(version)),
    'build/intune/program-rollback.app.json': asJson(rollbackApp(version)),
    'build/intune/bundle.app.json': asJson(bundleApp(1)),
    'build/intune/trust.app.json': asJson(trustApp(1)),
    [`build/intune/${UNINSTALL_COMMAND}`]: renderUninstallProgram(),
    ...Object.fromEntries(data),
    'build/intune/compliance.json': asJson(complianceRules(version)),
    'build/intune/discover-compliance.ps1': renderDiscovery(),
    'build/intune/certificate-profile.json': asJson(certificateProfile()),
    'build/intune/shell-launcher.xml': renderShellLauncher(),
    'build/intune/assigned-access.xml': renderAssignedAccess(),
  }
}
