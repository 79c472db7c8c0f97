/** What could show the helper's memory or change what it runs: switches, environment, dumps. Never prints a value of either. */
import { readFileSync, statSync } from 'node:fs'
import { url as inspectorUrl } from 'node:inspector'
import type { Diagnostics } from '../contract/diagnostics.ts'
import type { ProvisioningProblem } from '../contract/session-state.ts'

/** What ecosystem.config.js gives to the helper's Node, and nothing else. */
export const HELPER_SWITCHES: readonly string[] = [
  '--max-semi-space-size=1',
  '--disable-sigusr1',
  '--disable-proto=delete',
  '--no-global-search-paths',
  '--expose-gc',
]

const LOADS_CODE = 'can load foreign code into the helper'
const CHANGES_TRUST = 'changes which servers the helper trusts'
const WRITES = 'writes what the helper does, or what it was told, to a file or the log'

/** Names of variables, or their beginnings (`*`), that a kiosk's helper is not started with, and what each would do. */
const REFUSED_VARIABLES: readonly (readonly [name: string, what: string])[] = [
  ['NODE_OPTIONS', 'adds switches to Node, such as a debugger’s'],
  ['NODE_PATH', LOADS_CODE],
  ['NODE_COMPILE_CACHE', LOADS_CODE],
  ['NODE_ICU_DATA', 'can load foreign data into the helper'],
  ['NODE_REPL_*', 'belongs to an interactive Node, which shows everything'],
  ['NAPI_RS_*', LOADS_CODE],
  // The system's loader: LD_PRELOAD, LD_AUDIT, LD_LIBRARY_PATH, LD_DEBUG and more; on macOS DYLD_INSERT_LIBRARIES.
  ['LD_*', LOADS_CODE],
  ['DYLD_*', LOADS_CODE],
  ['GCONV_PATH', LOADS_CODE],
  ['GLIBC_TUNABLES', 'changes how the C library guards memory'],
  ['OPENSSL_*', 'can load foreign code into OpenSSL, or weaken it'],
  ['NODE_EXTRA_CA_CERTS', CHANGES_TRUST],
  ['NODE_TLS_REJECT_UNAUTHORIZED', CHANGES_TRUST],
  // Read for the system's list of authorities. Debian sets neither.
  ['SSL_CERT_FILE', CHANGES_TRUST],
  ['SSL_CERT_DIR', CHANGES_TRUST],
  ['SSLKEYLOGFILE', 'writes the keys of TLS connections to a file'],
  ['NODE_DEBUG', WRITES],
  ['NODE_DEBUG_NATIVE', WRITES],
  ['NODE_V8_COVERAGE', WRITES],
  ['NODE_REDIRECT_WARNINGS', WRITES],
  ['MALLOC_TRACE', WRITES],
]

/** What the helper and its libraries read, in capitals, because proxies are spelled both ways. */
const NEEDED_VARIABLES: readonly string[] = [
  ...['PATH', 'HOME', 'LANG', 'LC_*', 'TZ', 'KIOSK_*', 'MALLOC_*'],
  ...['PM2_HOME', 'PM2_DAEMON_RPC_PORT', 'PM_ID'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  // The keychain's bus, and systemd's folder of credentials.
  ...['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'CREDENTIALS_DIRECTORY'],
  // Windows finds its own libraries by these.
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA'],
]

function isNamed(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

/** Windows knows its variables by any spelling. */
function spelled(name: string): string {
  return process.platform === 'win32' ? name.toUpperCase() : name
}

function problem(where: string, what: string): ProvisioningProblem {
  const remedy = `Start the helper without ${where}, as ecosystem.config.js does.`
  return { code: 'environment-unsafe', where, what, remedy }
}

/** @returns one problem for each switch and variable that a kiosk's helper must not be started with */
export function findUnsafeSettings(options: {
  execArgv: readonly string[]
  environment: NodeJS.ProcessEnv
}): ProvisioningProblem[] {
  const { execArgv, environment } = options
  // What stands between switches is the value of the one before. Of a switch, what follows its name may be a secret too.
  const switches = execArgv
    .filter((argument) => argument.startsWith('-') && !HELPER_SWITCHES.includes(argument))
    .map((argument) =>
      problem(argument.replace(/=.*/s, ''), 'is no switch of a kiosk’s helper: it can show or change it'),
    )
  const inspector = '--disable-sigusr1'
  const missing = execArgv.includes(inspector)
    ? []
    : [
        {
          ...problem(inspector, 'is missing: a signal could open a debugger'),
          remedy: `Start the helper with ${inspector}, as ecosystem.config.js does.`,
        },
      ]
  const variables = Object.keys(environment).flatMap((name) => {
    // An empty one does nothing, to Node and to the system's loader alike.
    const [, what] = (environment[name] && REFUSED_VARIABLES.find(([pattern]) => isNamed(spelled(name), pattern))) || []
    return what === undefined ? [] : [problem(name, what)]
  })
  return [...switches, ...missing, ...variables]
}

/**
 * Deletes what the helper does not need, so that no library reads it and no child inherits it. `/proc/<pid>/environ` goes on
 * showing what the process was started with to root and, unless it is not dumpable, to its own account.
 */
export function scrubEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) {
    if (!NEEDED_VARIABLES.some((pattern) => isNamed(name.toUpperCase(), pattern))) delete environment[name]
  }
}

function readSystemFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/**
 * @param limits text of `/proc/<pid>/limits`
 * @param corePattern text of `/proc/sys/kernel/core_pattern`
 */
export function judgeCoreDumps(limits: string | null, corePattern: string | null): Diagnostics['process']['coreDumps'] {
  const limit = /^Max core file size +(\S+)/m.exec(limits ?? '')?.[1]
  if (limit === undefined || corePattern === null) return 'unknown'
  // core(5): the limit is of files alone. To a program the kernel pipes at any limit but 1, to a socket always.
  if (corePattern.startsWith('@')) return 'on'
  if (corePattern.startsWith('|')) return limit === '1' ? 'off' : 'on'
  return Number(limit) <= 1 ? 'off' : 'on'
}

/** The kernel gives the closed files of a process that is not dumpable to root: root itself sees no difference. */
function readDumpable(): Diagnostics['process']['dumpable'] {
  const own = process.geteuid?.()
  if (process.platform !== 'linux' || own === undefined || own === 0) return 'unknown'
  try {
    return statSync('/proc/self/environ').uid === own ? 'yes' : 'no'
  } catch {
    return 'unknown'
  }
}

/** How exposed this process is, for diagnostics. */
export function readProcessHygiene(): Diagnostics['process'] {
  return {
    coreDumps: judgeCoreDumps(readSystemFile('/proc/self/limits'), readSystemFile('/proc/sys/kernel/core_pattern')),
    inspector: inspectorUrl() === undefined ? 'off' : 'on',
    dumpable: readDumpable(),
  }
}
