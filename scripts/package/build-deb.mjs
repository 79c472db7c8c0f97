/** A Debian package from a staging tree, by dpkg-deb: the same tree gives the same bytes. Never signs or publishes anything. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, lutimesSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { everythingIn, filesBelow } from '../package-files.mjs'
import { CONFIGURATION_FILES } from './deb-tree.mjs'

const ROOT = join(import.meta.dirname, '..', '..')
const SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm']

/**
 * What units, scripts and Node call. cage has to end with the exit code of what it shows, which 0.2 was seen to do. systemd opens the
 * TSS libraries when it seals for a TPM, and otherwise seals for the disk that the key then lies on; it only suggests one of them.
 */
const SYSTEM = [
  'libc6 (>= 2.36)',
  'libgcc-s1',
  'libstdc++6',
  'ca-certificates',
  'cage (>= 0.2)',
  'dbus',
  'init-system-helpers',
  'libtss2-esys-3.0.2-0t64',
  'libtss2-mu-4.0.1-0t64',
  'libtss2-rc0t64',
  'libtss2-tcti-device0t64',
  'seatd',
  'systemd (>= 257)',
  'udev',
  'util-linux',
]
/** What Electron's binary links, as Debian 13 calls it. */
const ELECTRON = [
  'libasound2t64',
  'libatk-bridge2.0-0t64',
  'libatk1.0-0t64',
  'libcairo2',
  'libcups2t64',
  'libdbus-1-3',
  'libdrm2',
  'libexpat1',
  'libgbm1',
  'libglib2.0-0t64',
  'libgtk-3-0t64',
  'libnspr4',
  'libnss3',
  'libpango-1.0-0',
  'libudev1',
  'libx11-6',
  'libxcb1',
  'libxcomposite1',
  'libxdamage1',
  'libxext6',
  'libxfixes3',
  'libxkbcommon0',
  'libxrandr2',
]

/** A test's package never passes for the product: neither by its name nor by its version. */
const KINDS = {
  electron: { name: 'digital-receptionist-kiosk', suffix: '', depends: [...SYSTEM, ...ELECTRON], extra: [] },
  'stand-in': {
    name: 'digital-receptionist-kiosk-standin-test',
    suffix: '+standin',
    depends: [...SYSTEM, 'chromium'],
    extra: ['Conflicts: digital-receptionist-kiosk'],
  },
}

const DESCRIPTION = {
  electron: [
    'kiosk client for signing in with your own phone',
    'Staff sign in at unattended hardware with their own phone (RFC 8628).',
  ],
  'stand-in': [
    'TEST ONLY: the kiosk client on a stand-in for Electron',
    'For tests of the package itself, where Electron cannot be had. Never install it on a kiosk.',
  ],
}

/** npm's pre-releases come before their release, which Debian writes with a tilde: with a hyphen 1.0.0-rc.1 would be newer than 1.0.0. */
const debVersion = (runtime, version) => `${version.replaceAll('-', '~')}${KINDS[runtime].suffix}`

/** @returns {string} `name_version_amd64.deb` */
export function debFileName(runtime, version) {
  return `${KINDS[runtime].name}_${debVersion(runtime, version)}_amd64.deb`
}

/** @returns {string} what apt has to find for it, as a control file says it */
export function dependsOf(runtime) {
  return KINDS[runtime].depends.join(', ')
}

function writeControl(runtime, version, installedKib) {
  const { name, extra } = KINDS[runtime]
  const [summary, more] = DESCRIPTION[runtime]
  return [
    `Package: ${name}`,
    `Version: ${debVersion(runtime, version)}`,
    'Architecture: amd64',
    'Maintainer: Digital Receptionist <support@digital-receptionist.invalid>',
    `Installed-Size: ${installedKib}`,
    `Depends: ${dependsOf(runtime)}`,
    'Recommends: apparmor',
    ...extra,
    'Section: misc',
    'Priority: optional',
    `Description: ${summary}`,
    ` ${more}`,
    '',
  ].join('\n')
}

/** For `dpkg --verify`. */
function writeSums(root, files) {
  const lines = files
    .map(({ path }) => [relative(root, path), path])
    .filter(([name]) => !CONFIGURATION_FILES.includes(name))
    .map(([name, path]) => `${createHash('md5').update(readFileSync(path)).digest('hex')}  ${name}`)
  return `${lines.sort().join('\n')}\n`
}

/** As dpkg counts it: whole kibibytes, one for each folder and link. */
function installedKibOf(root) {
  const sizes = new Map(filesBelow(root).map(({ path }) => [path, readFileSync(path).length]))
  return everythingIn(root).reduce((sum, { path }) => sum + Math.max(1, Math.ceil((sizes.get(path) ?? 0) / 1024)), 0)
}

/**
 * @param {string} root as `layDebTree` leaves it; gets the folder `DEBIAN`
 * @param {{ runtime: 'electron' | 'stand-in', version: string, builtAtEpochSeconds: number, compression: string, output: string }} how
 *   the output is the file to write, the compression one of dpkg-deb's
 * @throws Error with dpkg-deb's words
 */
export function buildDeb(root, { runtime, version, builtAtEpochSeconds, compression, output }) {
  const files = filesBelow(root)
  const installedKib = installedKibOf(root)
  const control = join(root, 'DEBIAN')
  mkdirSync(control, { mode: 0o755 })
  chmodSync(control, 0o755)
  const write = (name, text) => writeFileSync(join(control, name), text, { mode: 0o644 })
  write('control', writeControl(runtime, version, installedKib))
  write('md5sums', writeSums(root, files))
  write('conffiles', CONFIGURATION_FILES.map((name) => `/${name}\n`).join(''))
  for (const name of SCRIPTS) {
    copyFileSync(join(ROOT, 'build/linux/debian', name), join(control, name))
    chmodSync(join(control, name), 0o755)
  }
  for (const { path } of [...everythingIn(control).reverse(), { path: root }]) {
    lutimesSync(path, builtAtEpochSeconds, builtAtEpochSeconds)
  }
  // One thread: more of them would cut xz's blocks by the number of cores.
  const args = ['--root-owner-group', '--threads-max=1', `-Z${compression}`, '--build', root, output]
  const { status, stderr, error } = spawnSync('dpkg-deb', args, {
    encoding: 'utf8',
    env: { ...process.env, SOURCE_DATE_EPOCH: String(builtAtEpochSeconds) },
  })
  if (error || status !== 0) throw new Error(`dpkg-deb cannot build ${output}: ${error?.message ?? stderr}`)
}
