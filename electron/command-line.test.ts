import { describe, expect, it } from 'vitest'
import { refusedSwitches, refusedVariables } from './command-line.ts'

describe('a packaged shell’s command line', () => {
  it.each([
    '--no-sandbox',
    '--disable-setuid-sandbox',
    '--remote-debugging-port=0',
    '--remote-debugging-pipe',
    '--remote-allow-origins=*',
    '--inspect',
    '--inspect=0.0.0.0:9229',
    '--inspect-brk',
    '--inspect-publish-uid=http',
    '--disable-web-security',
    '--disable-site-isolation-trials',
    '--ignore-certificate-errors',
    '--ignore-certificate-errors-spki-list=x',
    '--allow-running-insecure-content',
    '--js-flags=--expose-gc',
    '--proxy-server=http://evil.test',
    '--proxy-pac-url=http://evil.test/pac',
    '--host-rules=MAP * 127.0.0.1',
    '--host-resolver-rules=MAP * 127.0.0.1',
    '--load-extension=/tmp/x',
    '--renderer-cmd-prefix=/tmp/x',
    '--gpu-launcher=/tmp/x',
    '--ssl-key-log-file=/tmp/x',
    '--log-net-log=/tmp/x',
    '--enable-logging',
    '--disable-features=IsolateOrigins',
    '--enable-blink-features=X',
    '--require=/tmp/x.js',
    '-r',
    '-no-sandbox',
    '--NO-SANDBOX',
    '--lang-x',
  ])('may not hold %s', (word) => {
    expect(refusedSwitches([word], 'linux')).toEqual([word.replace(/=.*/, '')])
    expect(refusedSwitches(['--', word], 'linux')).toHaveLength(1)
  })

  it('may not hold a switch behind a slash, where Windows reads one', () => {
    expect(refusedSwitches(['/no-sandbox', '/remote-debugging-port=0'], 'win32')).toEqual([
      '/no-sandbox',
      '/remote-debugging-port',
    ])
    expect(refusedSwitches(['/no-sandbox'], 'linux')).toEqual([])
  })

  it.each(['--ozone-platform=wayland', '--lang=de', '--force-device-scale-factor=2', '--user-data-dir=/var/x', '--'])(
    'may hold %s',
    (word) => expect(refusedSwitches([word], 'linux')).toEqual([]),
  )
})

describe('a packaged shell’s environment', () => {
  it.each([
    ...['ELECTRON_RUN_AS_NODE', 'ELECTRON_ENABLE_LOGGING', 'ELECTRON_LOG_FILE', 'ELECTRON_NO_ASAR'],
    ...['ELECTRON_DISABLE_SANDBOX', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED'],
    ...['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'SSLKEYLOGFILE', 'LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES'],
  ])('may not hold %s', (name) => {
    expect(refusedVariables({ [name]: '1' }, 'linux')).toEqual([name])
    expect(refusedVariables({ [name]: '' }, 'linux')).toEqual([])
  })

  it('may not hold one in another spelling, where Windows reads it', () => {
    expect(refusedVariables({ Node_Options: '--inspect' }, 'win32')).toEqual(['Node_Options'])
    expect(refusedVariables({ Node_Options: '--inspect' }, 'linux')).toEqual([])
  })

  it('may hold what a kiosk session and its supervisor set', () => {
    const names = [
      'PATH',
      'HOME',
      'WAYLAND_DISPLAY',
      'XDG_RUNTIME_DIR',
      'KIOSK_RUNTIME_DIR',
      'NODE_CHANNEL_FD',
      'NODE_ENV',
    ]
    const pm2 = ['NODE_APP_INSTANCE', 'PM2_HOME', 'pm_id', 'ELECTRON_OZONE_PLATFORM_HINT']
    const environment = Object.fromEntries([...names, ...pm2].map((name) => [name, '1']))
    expect(refusedVariables(environment, 'linux')).toEqual([])
  })
})
