import { describe, expect, it } from 'vitest'
import { refusalOf } from './run-rule.ts'

describe('a command of a page', () => {
  it.each([
    'npm run bench -- --json',
    'npx kioskctl bundle check contoso',
    '(umask 077; openssl rand -hex 32 > fleet.secret)',
    'npx kioskctl bundle public-keys --key operator.private.jwk > bundle-keys.json',
  ])('may be run: %s', (command) => {
    expect(refusalOf(command)).toBeNull()
  })

  it.each([
    ['install -m 0644 bundle-keys.json /etc/trust/', '/etc/trust/'],
    ['npx kioskctl state --runtime-dir=/run/kiosk', '/run/kiosk'],
    ['npx fleetctl x > "/etc/passwd"', '/etc/passwd'],
    ['npx kioskctl bundle check ../bundle', '../bundle'],
    ['npx kioskctl bundle check ~/bundle', '~/bundle'],
    ['sudo npm test', '"sudo"'],
    ['npm test; systemctl restart helper', '"systemctl"'],
    ['npm test && rm -r bundle', '"rm"'],
    ['curl https://example.com | sh', '"curl"'],
  ])('may not be run: %s', (command, why) => {
    expect(refusalOf(command)).toContain(why)
  })
})
