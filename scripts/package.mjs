/** `npm run package`: the application folder by electron-builder, and for Linux a deb of it. Never calls a test's package a release. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildDeb, debFileName } from './package/build-deb.mjs'
import { readBuildStamp } from './package/build-stamp.mjs'
import { layDebTree } from './package/deb-tree.mjs'
import { describeFile, largestParts, mib, totalBytes } from './package/package-report.mjs'
import { layStandInApp } from './package/stand-in-app.mjs'
import { fetchWindowsRuntime, RUNTIME_VARIABLE } from './package/windows-runtime.mjs'
import { RELEASE_KEY_VARIABLE, writeManifest } from './package/write-manifest.mjs'

const ROOT = join(import.meta.dirname, '..')
const electronFolder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(ROOT, 'node_modules', 'electron', 'dist')
const EXECUTABLES = ['electron', 'electron.exe', 'Electron.app']
const USAGE = `Usage: npm run package -- [options]

  --output PATH       where it goes (default release)
  --folder-only       no deb: the application folder alone
  --win               the folder for Windows, made elsewhere: without the helper's runtime, which npm brings on Windows alone
  --fetch-runtime     with --win: has npm bring it all the same (30 MB)
  --installer         also the installer for Windows, out of the verified folder; electron-builder makes it on Windows alone
  --signed            fails where nothing is signed: electron-builder reads WIN_CSC_LINK and WIN_CSC_KEY_PASSWORD, and the list
                      of files needs KIOSK_RELEASE_KEY
  --stand-in          a test-only deb with the stand-in for Electron, and nothing else
  --compression KIND  dpkg-deb's: xz (default), gzip, zstd, none
  KIOSK_RELEASE_KEY names the private key that signs the list of files; without it the list finds damage and no forgery.
  SOURCE_DATE_EPOCH is the moment that the files bear (default: the commit's).`

/** What could not be made, and for want of what. */
const skipped = []
/** What can be given to somebody. */
const built = []

function readOptions() {
  return parseArgs({
    options: {
      output: { type: 'string', default: 'release' },
      'folder-only': { type: 'boolean', default: false },
      win: { type: 'boolean', default: false },
      'fetch-runtime': { type: 'boolean', default: false },
      installer: { type: 'boolean', default: false },
      signed: { type: 'boolean', default: false },
      'stand-in': { type: 'boolean', default: false },
      compression: { type: 'string', default: 'xz' },
      help: { type: 'boolean', default: false },
    },
  }).values
}

const isOnPath = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined

/** electron-builder's, with its own settings and ours. */
function build(args, { output, signed, runtime }) {
  const settings = [
    `-c.electronDist=${electronFolder}`,
    `-c.directories.output=${output}`,
    ...(signed ? ['-c.forceCodeSigning=true'] : []),
  ]
  const options = {
    cwd: ROOT,
    // A package of hard links would have its fuses flipped in Electron's own folder too.
    env: { ...process.env, USE_HARD_LINKS: 'false', ...(runtime && { [RUNTIME_VARIABLE]: runtime }) },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  }
  const fixed = ['--publish', 'never', '--config', 'build/electron-builder.json']
  return spawnSync('electron-builder', [...args, ...fixed, ...settings], options).status === 0
}

/** @returns {boolean} whether a folder was packed and holds what a package must */
function packElectron({ output, win, signed, 'fetch-runtime': isFetched }) {
  const runtime = isFetched ? join(resolve(ROOT, output), 'windows-runtime') : undefined
  if (runtime) fetchWindowsRuntime(runtime)
  if (!build(['--dir', ...(win ? ['--win'] : [])], { output, signed, runtime })) return false
  // A package whose fuses have drifted is none.
  const verified = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'verify-package.mjs'), resolve(ROOT, output)],
    {
      stdio: 'inherit',
    },
  )
  return verified.status === 0
}

/** @returns {boolean} whether the installer was made, or cannot be made here */
function makeInstaller({ output, signed }) {
  if (process.platform !== 'win32') {
    skipped.push('the installer: electron-builder makes it on Windows')
    return true
  }
  return build(['--win', 'nsis', '--prepackaged', join(output, 'win-unpacked')], { output, signed })
}

function makeDeb(runtime, application, { output, compression }) {
  if (!isOnPath('dpkg-deb')) {
    skipped.push('the deb: there is no dpkg-deb here (Debian’s package dpkg)')
    return
  }
  const { version, builtAtEpochSeconds, notForRelease } = readBuildStamp()
  if (runtime === 'electron' && notForRelease !== null) {
    skipped.push(`the deb: ${notForRelease}, and a release has to be its commit’s`)
    return
  }
  const tree = join(output, `deb-tree-${runtime}`)
  const file = join(output, debFileName(runtime, version))
  layDebTree(tree, application, builtAtEpochSeconds)
  const [installed, parts] = [totalBytes(tree), largestParts(tree)]
  buildDeb(tree, { runtime, version, builtAtEpochSeconds, compression, output: file })
  rmSync(tree, { recursive: true })
  built.push(`${describeFile(file)}\n  installed ${mib(installed)}, of which`)
  for (const { name, bytes } of parts) built.push(`  ${mib(bytes).padStart(10)}  ${name}`)
}

async function packageAll(options) {
  // A device that pins release keys would refuse the list only after its old kiosk is gone.
  if (options.signed && !process.env[RELEASE_KEY_VARIABLE]) {
    throw new Error(`--signed wants a signed list of files too: ${RELEASE_KEY_VARIABLE} has to name the private key`)
  }
  const output = resolve(ROOT, options.output)
  mkdirSync(output, { recursive: true })
  const hasElectron = EXECUTABLES.some((name) => existsSync(join(electronFolder, name)))
  const isLinux = process.platform === 'linux' && !options.win
  if (!hasElectron) {
    skipped.push(
      `the application and its deb: Electron’s executable is not in ${electronFolder}: run "npx install-electron", or set ` +
        'ELECTRON_OVERRIDE_DIST_PATH to the folder that holds it',
    )
  } else if (!options['stand-in']) {
    if (!packElectron(options)) return false
    if (options.installer && !makeInstaller({ ...options, output })) return false
    if (isLinux && !options['folder-only']) makeDeb('electron', join(output, 'linux-unpacked'), { ...options, output })
  }
  if (isLinux && (options['stand-in'] || !hasElectron) && !options['folder-only']) {
    const application = join(output, 'stand-in-unpacked')
    layStandInApp(application)
    await writeManifest(join(application, 'resources'))
    makeDeb('stand-in', application, { ...options, output })
    rmSync(application, { recursive: true })
  }
  for (const line of built) console.log(line)
  for (const line of skipped) console.error(`package: skipped ${line}`)
  return options['stand-in'] ? built.length > 0 : hasElectron
}

try {
  const options = readOptions()
  if (options.help) console.log(USAGE)
  // Without Electron nothing was built that anybody may install.
  else if (!(await packageAll(options))) process.exitCode = 1
} catch (error) {
  console.error(`package: ${error.message}`)
  process.exitCode = 1
}
