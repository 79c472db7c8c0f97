/** Every name, path, account, key and code of the product on Windows. Installer, Intune files and docs are made of it or held against it. */

/** Environment variables as Windows expands them; `data` is the product's own folder below ProgramData. */
const PROGRAMS = '%ProgramFiles%\\digital-receptionist-kiosk'
const DATA = '%ProgramData%\\Digital Receptionist'

export const PRODUCT = {
  displayName: 'Digital Receptionist Kiosk',
  publisher: 'Digital Receptionist',
  appId: 'com.digitalreceptionist.kiosk',
  /** Names the installation for ever: Windows and Intune find an older one by it. */
  guid: '39cc49ac-2ab3-48d0-9171-dec54c92217a',
  /** Without its ending, as electron-builder wants it; it names the folder of the installation too. */
  executableName: 'digital-receptionist-kiosk',
  executable: 'digital-receptionist-kiosk.exe',
  uninstaller: 'Uninstall digital-receptionist-kiosk.exe',
  /** Windows 11 23H2: what Shell Launcher's schema and Electron's supported systems have in common, and still serviced. */
  leastWindowsBuild: '10.0.22631',
  leastDiskMebibytes: 1024,
  /** A device of 4 GiB reports less: its firmware and graphics have their share. */
  leastMemoryMebibytes: 3072,
}

/** @param {string} version of package.json */
export const installerFileName = (version) => `${PRODUCT.executableName}-setup-${version}.exe`

/** What %ProgramData% must be: the helper has its folders written out (contract/kiosk-places.ts). */
export const DATA_ROOT = 'C:\\ProgramData'

/** Who may do what is in `ACCESS` below. */
export const FOLDERS = {
  programs: PROGRAMS,
  data: DATA,
  bundle: `${DATA}\\bundle`,
  trust: `${DATA}\\trust`,
  device: `${DATA}\\device`,
  state: `${DATA}\\state`,
  runtime: `${DATA}\\run`,
  /** The shell's key, and the name of the pipe: the one folder that whoever is at the screen may read. */
  link: `${DATA}\\run\\link`,
  supervisor: `${DATA}\\pm2`,
}

/** Below `programs`. */
export const PROGRAM_FILES = {
  shell: PRODUCT.executable,
  archive: 'resources\\app.asar',
  helper: 'resources\\helper\\main.mjs',
  technicianTool: 'resources\\helper\\kioskctl.mjs',
  node: 'resources\\node\\node.exe',
  supervisor: 'resources\\pm2\\node_modules\\pm2\\bin\\pm2-runtime',
  ecosystem: 'resources\\ecosystem.config.js',
  task: 'resources\\windows\\helper-task.xml',
  /** Written by the installer: where PM2 keeps its own files. */
  environment: 'resources\\windows\\helper.env',
}

/** The boot task that runs the helper's PM2. */
export const TASK = {
  name: 'DigitalReceptionistHelper',
  description: 'Runs the helper of the Digital Receptionist kiosk under PM2, from boot on and without a window.',
  /** LOCAL SERVICE, which every language of Windows calls something else. The task's own SID sets it apart (decision 0037). */
  accountSid: 'S-1-5-19',
  /** SECURITY_TASK_ID_BASE_RID: the SIDs that Windows makes of tasks' names. */
  sidPrefix: 'S-1-5-87-',
  /** Needed to open a file without a right to every folder above it. All others are taken from the process. */
  privileges: ['SeChangeNotifyPrivilege'],
  /** Nothing where it runs (`IgnoreNew`). Else this is what brings a PM2 back that has ended: Task Scheduler's own restart is for a start that failed. */
  startEveryMinutes: 1,
}

/** Well-known SIDs, as icacls takes them in any language of Windows. */
export const SIDS = {
  system: 'S-1-5-18',
  administrators: 'S-1-5-32-544',
  /** Whoever is signed in at the machine itself. Shell Launcher makes the kiosk's account later than the installer runs. */
  interactive: 'S-1-5-4',
  /** Whoever owns a file may otherwise say who reads it: what the helper makes is LOCAL SERVICE's, and so every service's of that account. */
  ownerRights: 'S-1-3-4',
}

/** What the helper's task, and who is at the screen, may do in each folder; administrators and SYSTEM may do all. icacls' letters. */
export const ACCESS = [
  { folder: 'bundle', task: 'RX', interactive: null },
  { folder: 'trust', task: 'RX', interactive: null },
  { folder: 'device', task: 'RX', interactive: null },
  { folder: 'state', task: 'M', interactive: null },
  { folder: 'runtime', task: 'M', interactive: null },
  { folder: 'link', task: 'M', interactive: 'RX' },
  { folder: 'supervisor', task: 'M', interactive: null },
]

/** A vendor's key: ADMX ingestion refuses System, Software\Microsoft and Software\Policies\Microsoft. Always the 64-bit view. */
export const REGISTRY = {
  hive: 'HKLM',
  vendor: 'SOFTWARE\\Digital Receptionist',
  /** Of the vendor's key: says that the folder of data is one that the installer made. Goes with the data. */
  dataMark: 'DataFolder',
  /** Written last and taken away first: what is half installed has none. */
  product: { key: 'SOFTWARE\\Digital Receptionist\\Kiosk', version: 'Version' },
  /** Of the bundle that Intune brought, a whole number. */
  bundle: { key: 'SOFTWARE\\Digital Receptionist\\Bundle', version: 'Version' },
  /** Of the keys that vouch for bundles, orders and releases, which Intune brought apart from any bundle. */
  trust: { key: 'SOFTWARE\\Digital Receptionist\\Trust', version: 'Version' },
  /** electron-builder's own, which Windows lists under Installed apps. */
  uninstall: `SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${PRODUCT.guid}`,
  uninstallVersion: 'DisplayVersion',
}

/** What the installer ends with, and what Intune is told to make of it. */
export const EXIT_CODES = {
  done: { code: 0, intune: 'success', meaning: 'Installed, updated or removed.' },
  /** Intune restarts a device by itself for a hard reboot alone; for a soft one it tells somebody, and at a kiosk there is nobody. */
  screenNeedsRestart: {
    code: 1641,
    intune: 'hardReboot',
    meaning: 'Done, and the screen that was running was ended: Intune restarts the device.',
  },
  restartNeeded: {
    code: 3010,
    intune: 'softReboot',
    meaning: 'Done with no screen running, but a file in use needs a restart of the device.',
  },
  anotherSetupRuns: { code: 1618, intune: 'retry', meaning: 'Another setup of the kiosk is running: try again.' },
  failed: {
    code: 1603,
    intune: 'failed',
    meaning: 'Not installed, or not removed: the reason is in the installer’s log. Nothing counts as installed.',
  },
}

/** What the shell ends with (electron/technician-exit.ts), and what Shell Launcher does then. */
export const SHELL_EXITS = {
  profileId: '{ddac80f1-47af-46c6-bb0c-45067b9157b7}',
  /** A technician has left the kiosk. */
  leave: { code: 73, action: 'DoNothing' },
  other: { action: 'RestartShell' },
}

/** How long the installer waits, in milliseconds. */
export const WAITS = {
  /** For a moment in which nobody is in the middle of anything. Intune gives an installation an hour. */
  quiet: 10 * 60 * 1000,
  /** The helper ends within two seconds of its supervisor; then its processes are killed by their paths. */
  stop: 15 * 1000,
  /** For one command of Windows. */
  command: 60 * 1000,
  /** For hashing every file of the program, each of which a scanner looks at for the first time. */
  verify: 10 * 60 * 1000,
}
