/** The tree that a Debian package unpacks: the application folder, and what build/linux has for the system around it. Never a link out of it. */
import { chmodSync, cpSync, lutimesSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { everythingIn } from '../package-files.mjs'

const ROOT = join(import.meta.dirname, '..', '..')
const HOME = 'opt/digital-receptionist-kiosk'
const UNITS = 'usr/lib/systemd/system'
const DOCUMENTS = 'usr/share/doc/digital-receptionist-kiosk'

/** What lies where. A mount unit is named after its mount point, in a way that Windows cannot check out. */
const SYSTEM_FILES = [
  ['build/linux/digital-receptionist-helper.service', `${UNITS}/digital-receptionist-helper.service`],
  [
    'build/linux/digital-receptionist-helper.service.d/50-vault.conf',
    `${UNITS}/digital-receptionist-helper.service.d/50-vault.conf`,
  ],
  ['build/linux/digital-receptionist-screen.service', `${UNITS}/digital-receptionist-screen.service`],
  ['build/linux/digital-receptionist-update.service', `${UNITS}/digital-receptionist-update.service`],
  ['build/linux/digital-receptionist-credentials.service', `${UNITS}/digital-receptionist-credentials.service`],
  ['build/linux/digital-receptionist-vault.mount', `${UNITS}/run-digital\\x2dreceptionist-vault.mount`],
  ['build/linux/digital-receptionist-screen.mount', `${UNITS}/run-digital\\x2dreceptionist\\x2dscreen.mount`],
  ['build/linux/digital-receptionist.sysusers.conf', 'usr/lib/sysusers.d/digital-receptionist.conf'],
  ['build/linux/digital-receptionist.tmpfiles.conf', 'usr/lib/tmpfiles.d/digital-receptionist.conf'],
  ['build/linux/digital-receptionist.journald.conf', 'usr/lib/systemd/journald.conf.d/digital-receptionist.conf'],
  ['build/linux/digital-receptionist.logind.conf', 'usr/lib/systemd/logind.conf.d/digital-receptionist.conf'],
  ['build/linux/digital-receptionist.sysctl.conf', 'usr/lib/sysctl.d/60-digital-receptionist.conf'],
  ['build/linux/digital-receptionist.needrestart.conf', 'etc/needrestart/conf.d/digital-receptionist.conf'],
  ['build/linux/digital-receptionist.apparmor', 'etc/apparmor.d/digital-receptionist'],
  ['build/linux/digital-receptionist-helper.apparmor', 'etc/apparmor.d/abstractions/digital-receptionist-helper'],
  ['build/linux/kioskctl', 'usr/bin/kioskctl'],
  ['build/linux/open-credentials', `${HOME}/resources/open-credentials`],
  ['build/linux/screen-ended', `${HOME}/resources/screen-ended`],
  ['build/linux/screen-session.mjs', `${HOME}/resources/screen-session.mjs`],
  ['build/linux/wait-for-quiet', `${HOME}/resources/wait-for-quiet`],
  ['build/linux/copyright', `${DOCUMENTS}/copyright`],
  ['docs/linux-kiosk.md', `${DOCUMENTS}/linux-kiosk.md`],
  ['CHANGELOG.md', `${DOCUMENTS}/changelog.md`],
]
/** An administrator fills them; without them every guide would begin with a mkdir. */
const EMPTY_FOLDERS = ['etc/digital-receptionist', 'etc/digital-receptionist-trust']

/** What dpkg asks about before it replaces an administrator's change. */
export const CONFIGURATION_FILES = SYSTEM_FILES.map(([, to]) => to).filter((to) => to.startsWith('etc/'))

/** Its other pages are not in the package: a link to one becomes the words that it stands in. */
function writeGuide(path) {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replaceAll(/\[([^\]]+)\]\((?!#|https?:)[^)]*\)/g, '$1'))
}

const PROGRAMS = new Set(['usr/bin/kioskctl'])

const MODES = { folder: 0o755, program: 0o755, file: 0o644 }
/** A program that its own account may not read is one that the kernel lets nobody of that account look into (docs/security.md). */
const UNREADABLE_PROGRAM = 0o711
const EXECUTABLE = 0o111

function modeOf(root, { path, mode, isFolder }) {
  if (path === join(root, HOME, 'resources/node/node')) return UNREADABLE_PROGRAM
  if (isFolder) return MODES.folder
  return mode & EXECUTABLE || PROGRAMS.has(path.slice(root.length + 1)) ? MODES.program : MODES.file
}

/**
 * @param {string} root an empty folder
 * @param {string} application the packed application, as electron-builder or `layStandInApp` lays it
 * @param {number} atEpochSeconds the one moment that all of it bears
 */
export function layDebTree(root, application, atEpochSeconds) {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  cpSync(application, join(root, HOME), { recursive: true, verbatimSymlinks: true })
  for (const [from, to] of SYSTEM_FILES) {
    mkdirSync(dirname(join(root, to)), { recursive: true })
    cpSync(join(ROOT, from), join(root, to))
  }
  writeGuide(join(root, DOCUMENTS, 'linux-kiosk.md'))
  for (const folder of EMPTY_FOLDERS) mkdirSync(join(root, folder), { recursive: true })
  // Deepest first: to write into a folder would give it a new time.
  for (const entry of everythingIn(root).reverse()) {
    if (!entry.isLink) chmodSync(entry.path, modeOf(root, entry))
    lutimesSync(entry.path, atEpochSeconds, atEpochSeconds)
  }
}
