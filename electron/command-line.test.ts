import { describe, expect, it } from 'vitest'
import { refusedSwitches } from './command-line.ts'

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
