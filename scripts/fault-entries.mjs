/** What the generated pages say of each fault: support code, the screen's words, meaning, remedy, and who acts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECK_CODES, LINK_CODES, PROVISIONING_CODES, TROUBLE_CODES } from '../contract/kiosk-error.ts'
import { OPERATOR_HINTS } from '../contract/operator-hints.ts'
import { supportCode } from '../contract/support-code.ts'

const english = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'renderer', 'languages', 'en.json'), 'utf8'))

const NOBODY = 'nobody, if it passes; whoever runs the kiosks, if it stays'
const NETWORK = 'whoever runs the network at the site'
const PROVIDER = 'whoever administers the identity provider'
const BUNDLE = 'whoever writes the bundle'
const GATEWAY = 'whoever runs the gateway'
const KIOSKS = 'whoever runs the kiosks'

/** Where several must act, the one to begin with. Faults that are not listed here go by their kind. */
const WHO = {
  'name-not-resolved': NETWORK,
  'connection-refused': NETWORK,
  'provider-unreachable': NETWORK,
  'captive-portal': NETWORK,
  'proxy-unreachable': NETWORK,
  'proxy-refused': NETWORK,
  'provider-untrusted': NETWORK,
  'tls-intercepted': NETWORK,
  'provider-certificate-expired': PROVIDER,
  'gateway-unreachable': NETWORK,
  'gateway-untrusted': NETWORK,
  'gateway-rate-limited': NOBODY,
  'device-suspended': GATEWAY,
  'device-not-admitted': GATEWAY,
  'gateway-unavailable': GATEWAY,
  'gateway-refused': GATEWAY,
  'provider-timeout': NOBODY,
  'provider-throttled': NOBODY,
  'provider-unavailable': NOBODY,
  'too-many-codes': NOBODY,
  'sign-in-declined': NOBODY,
  'helper-unreachable': NOBODY,
  'provider-answer-invalid': BUNDLE,
  'verification-link-untrusted': BUNDLE,
  'token-invalid': BUNDLE,
  'provider-refused-client': PROVIDER,
  'provider-error': PROVIDER,
  'sign-in-blocked': PROVIDER,
  'person-not-allowed': PROVIDER,
  'scope-not-granted': PROVIDER,
  'kiosk-not-activated': 'somebody who may activate kiosks; else whoever administers the identity provider',
  'bundle-not-json': BUNDLE,
  'bundle-invalid': BUNDLE,
  'bundle-file-missing': BUNDLE,
  'vault-record-too-large': PROVIDER,
  'command-not-allowed': 'whoever stands at the kiosk',
}

const KINDS = [
  { kind: 'trouble', codes: TROUBLE_CODES, who: KIOSKS },
  { kind: 'provisioning', codes: PROVISIONING_CODES, who: 'whoever installs the kiosk' },
  { kind: 'link', codes: LINK_CODES, who: KIOSKS },
  { kind: 'check', codes: CHECK_CODES, who: KIOSKS },
]

/** Settings, commands and names of errors as code, so that they stand out and can be copied. */
export function asMarkdown(text) {
  const code =
    /"([^"]+)"|\b(?:identity|network|session|access|activation|attestation|remoteControl|vault)\.[a-zA-Z]+|\b\w+_\w+\b|\bkiosk\.json\b|(?<= )(?:--|\/)[\w./-]+\w/g
  return text.replace(code, (found, quoted) => `\`${quoted ?? found}\``)
}

function entryOf(code, { kind, who }) {
  const { meaning, remedy } = OPERATOR_HINTS[code]
  const title = english[`trouble.${code}.title`]
  return {
    code,
    kind,
    supportCode: supportCode(code),
    screen: title === undefined ? null : { title, body: english[`trouble.${code}.body`] },
    meaning: asMarkdown(meaning),
    remedy: asMarkdown(remedy),
    who: WHO[code] ?? who,
  }
}

/** Every fault, by its support code. */
export const FAULT_ENTRIES = KINDS.flatMap((kind) => kind.codes.map((code) => entryOf(code, kind))).toSorted(
  (one, other) => one.supportCode.localeCompare(other.supportCode, 'en'),
)

/** `### CP-986 · captive-portal`, as a link to it ends on GitHub and in editors. */
export function headingOf({ supportCode: short, code }) {
  return `${short} · ${code}`
}

export function anchorOf(entry) {
  return headingOf(entry)
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-')
}
