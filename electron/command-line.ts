/**
 * What a packaged shell may be started with. Of switches it refuses all that are not listed: Chromium has too many that open
 * a way in. Of variables it refuses those that do, since a session has countless others.
 */

/** What an installer needs to fit the screen to its hardware; none of them weakens a fence. */
const ALLOWED = new Set([
  'disable-gpu',
  'force-device-scale-factor',
  'lang',
  'ozone-platform',
  'ozone-platform-hint',
  'touch-events',
  'user-data-dir',
])

/**
 * Why a packaged shell must not start, if it must not.
 *
 * @param words the command line after the program
 * @returns the switches that are not allowed, without their values, which might be a secret
 */
export function refusedSwitches(words: readonly string[], platform: NodeJS.Platform): string[] {
  // base/command_line.cc: two dashes, one dash, and on Windows a slash; `--` alone ends them, for Chromium but not for Node.
  const mark = platform === 'win32' ? /^(--?|\/)(?=[^-])/ : /^--?(?=[^-])/
  return words
    .filter((word) => mark.test(word))
    .map((word) => word.replace(/=.*$/s, ''))
    .filter((word) => !ALLOWED.has(word.replace(/^(--?|\/)/, '').toLowerCase()))
}

/** Names, or their beginnings (`*`): of Electron, Chromium, Node and the system's loader. */
const REFUSED_VARIABLES = [
  // ELECTRON_RUN_AS_NODE, ELECTRON_ENABLE_LOGGING, ELECTRON_LOG_FILE, ELECTRON_NO_ASAR, ELECTRON_DISABLE_SANDBOX and more.
  'ELECTRON_*',
  ...['CHROME_DEVEL_SANDBOX', 'CHROME_LOG_FILE', 'SSLKEYLOGFILE'],
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NODE_COMPILE_CACHE'],
  ...['NODE_ICU_DATA', 'NODE_DEBUG*', 'NODE_V8_COVERAGE', 'NODE_REDIRECT_WARNINGS', 'NODE_REPL_*', 'OPENSSL_*'],
  ...['LD_*', 'DYLD_*', 'GCONV_PATH', 'GLIBC_TUNABLES', 'MALLOC_TRACE'],
]
/** Chooses between X11 and Wayland, and nothing else. */
const ALLOWED_VARIABLE = 'ELECTRON_OZONE_PLATFORM_HINT'

const isNamed = (name: string, pattern: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern

/**
 * The variables that a packaged shell must not be started with. Most of them mean nothing to it, because of its fuses; whoever
 * sets one has something in mind all the same, and some (`LD_PRELOAD`) have done their work by now.
 *
 * @returns their names, without their values
 */
export function refusedVariables(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  return Object.keys(environment).filter((name) => {
    // Windows knows its variables by any spelling. An empty one does nothing.
    const spelled = platform === 'win32' ? name.toUpperCase() : name
    if (!environment[name] || spelled === ALLOWED_VARIABLE) return false
    return REFUSED_VARIABLES.some((pattern) => isNamed(spelled, pattern))
  })
}
