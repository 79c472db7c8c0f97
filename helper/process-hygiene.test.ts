import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { findUnsafeSettings, HELPER_SWITCHES, judgeCoreDumps, scrubEnvironment } from './process-hygiene.ts'

const CANARY = 'canary-4711'

const find = (execArgv: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  findUnsafeSettings({ execArgv, environment })

const namesIn = (execArgv: readonly string[], environment?: NodeJS.ProcessEnv) =>
  find(execArgv, environment).map(({ where }) => where)

describe('the settings that a kiosk’s helper may be started with', () => {
  it('are the switches of ecosystem.config.js, one for one', () => {
    const { apps } = createRequire(import.meta.url)('../ecosystem.config.js')
    const { args } = apps.find(({ name }: { name: string }) => name === 'helper')
    expect(args.filter((argument: string) => argument.startsWith('--'))).toEqual(HELPER_SWITCHES)
    expect(find(HELPER_SWITCHES)).toEqual([])
  })

  it.each([
    ['--inspect', ['--inspect']],
    [`--inspect=${CANARY}`, ['--inspect']],
    [`--require ./${CANARY}.js`, ['--require']],
    [`-r ${CANARY} --import=${CANARY}`, ['-r', '--import']],
    ['--max-semi-space-size=64', ['--max-semi-space-size']],
    ['--max_semi_space_size=1', ['--max_semi_space_size']],
    [`--tls-keylog=${CANARY}\n--x`, ['--tls-keylog']],
  ])('are no switch such as %s, and its value is never told', (switches, names) => {
    const execArgv = [...HELPER_SWITCHES, ...switches.split(' ')]
    expect(namesIn(execArgv)).toEqual(names)
    expect(JSON.stringify(find(execArgv))).not.toContain(CANARY)
  })

  it('hold the one that closes the inspector to a signal', () => {
    expect(namesIn(HELPER_SWITCHES.filter((name) => name !== '--disable-sigusr1'))).toEqual(['--disable-sigusr1'])
  })

  it.each([
    'NODE_OPTIONS',
    'NODE_PATH',
    'NODE_COMPILE_CACHE',
    'NODE_REPL_EXTERNAL_MODULE',
    'NODE_EXTRA_CA_CERTS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'NODE_DEBUG',
    'NODE_V8_COVERAGE',
    'NODE_REDIRECT_WARNINGS',
    'NAPI_RS_NATIVE_LIBRARY_PATH',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'SSLKEYLOGFILE',
    'OPENSSL_CONF',
    'OPENSSL_MODULES',
    'LD_PRELOAD',
    'LD_AUDIT',
    'LD_LIBRARY_PATH',
    'DYLD_INSERT_LIBRARIES',
    'GCONV_PATH',
    'GLIBC_TUNABLES',
    'MALLOC_TRACE',
  ])('are no %s, and its value is never told', (name) => {
    const [problem, ...others] = find(HELPER_SWITCHES, { PATH: '/usr/bin', [name]: CANARY })
    expect(problem).toMatchObject({ code: 'environment-unsafe', where: name })
    expect(problem?.remedy).toContain(name)
    expect(others).toEqual([])
    expect(JSON.stringify(problem)).not.toContain(CANARY)
  })

  it('may be variables that do nothing', () => {
    const harmless = {
      NODE_OPTIONS: '',
      NODE_ENV: 'production',
      NODE_APP_INSTANCE: '0',
      MALLOC_ARENA_MAX: '2',
      PM2_HOME: '/p',
    }
    expect(find(HELPER_SWITCHES, harmless)).toEqual([])
  })
})

describe('the environment that the helper keeps', () => {
  it('is what it and its libraries read', () => {
    const needed = {
      PATH: '1',
      HOME: '2',
      LC_ALL: '3',
      TZ: '4',
      KIOSK_RUNTIME_DIR: '5',
      MALLOC_TRIM_THRESHOLD_: '6',
      PM2_HOME: '7',
      pm_id: '8',
      https_proxy: '9',
      NO_PROXY: '10',
      CREDENTIALS_DIRECTORY: '11',
      DBUS_SESSION_BUS_ADDRESS: '12',
      SystemRoot: '13',
    }
    const environment: NodeJS.ProcessEnv = { ...needed, AWS_SECRET_ACCESS_KEY: CANARY, created_at: '1', PATHS: '2' }
    scrubEnvironment(environment)
    expect(environment).toEqual(needed)
  })
})

describe('whether the kernel dumps the process', () => {
  const limits = (soft: string) =>
    `Limit  Soft Limit  Hard Limit  Units\nMax core file size        ${soft}    unlimited    bytes\n`

  it.each([
    ['off', '0', 'core'],
    ['off', '1', 'core'],
    ['on', '4096', 'core'],
    ['on', 'unlimited', '/var/crash/core.%p'],
    // A limit of 0 is not one for a program.
    ['on', '0', '|/usr/share/apport/apport -p%p'],
    ['off', '1', '|/usr/share/apport/apport -p%p'],
    ['on', '1', '@/run/coredump.socket'],
  ])('is %s at a limit of %s with the pattern %s', (expected, soft, pattern) => {
    expect(judgeCoreDumps(limits(soft), `${pattern}\n`)).toBe(expected)
  })

  it.each([
    [null, 'core'],
    ['', 'core'],
    [limits('0'), null],
  ])('is unknown where the kernel does not tell', (text, pattern) => {
    expect(judgeCoreDumps(text, pattern)).toBe('unknown')
  })
})
