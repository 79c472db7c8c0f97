/** `npm run intune:schemas -- FOLDER`: validates the XML files by Microsoft's schemas, which are theirs and not part of this repository. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
/** Each page holds a schema, and those of its imports: name them in `schemaLocation`. */
const SCHEMAS = [
  {
    xml: 'build/windows/helper-task.xml',
    schema: 'task.xsd',
    page: 'https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema',
  },
  {
    xml: 'build/intune/shell-launcher.xml',
    schema: 'shell-launcher.xsd',
    page: 'https://learn.microsoft.com/windows/configuration/shell-launcher/xsd',
  },
  {
    xml: 'build/intune/assigned-access.xml',
    schema: 'assigned-access.xsd',
    page: 'https://learn.microsoft.com/windows/configuration/assigned-access/xsd',
  },
]

function check(folder, { xml, schema, page }) {
  const path = join(folder, schema)
  if (!existsSync(path)) return `${path} is missing: save the schema of ${page} there`
  const { error, status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '--schema', path, join(ROOT, xml)], {
    encoding: 'utf8',
  })
  if (error) return 'xmllint cannot be started (Debian’s package libxml2-utils)'
  return status === 0 ? null : stderr.trim()
}

const [folder, ...rest] = process.argv.slice(2)
if (folder === undefined || rest.length > 0) {
  console.error('Usage: npm run intune:schemas -- FOLDER   (of task.xsd, shell-launcher.xsd and assigned-access.xsd)')
  process.exitCode = 2
} else {
  for (const entry of SCHEMAS) {
    const fault = check(folder, entry)
    if (fault === null) console.log(`${entry.xml} is as ${entry.schema} says`)
    else {
      console.error(`intune:schemas: ${fault}`)
      process.exitCode = 1
    }
  }
}
