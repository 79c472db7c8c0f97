/** The operator’s hints for faults that only a check finds, in the order of CHECK_CODES. */
import type { CHECK_CODES } from './kiosk-error.ts'
import type { OperatorHint } from './operator-hint.ts'

export const CHECK_HINTS: Readonly<Record<(typeof CHECK_CODES)[number], OperatorHint>> = {
  'tls-intercepted': {
    meaning:
      'The certificate that is shown for the provider’s host was issued by an authority that neither this system nor the ' +
      'bundle trusts; the check names it. The screen calls the same fault provider-untrusted.',
    remedy:
      'Where the network inspects TLS, put the root certificate (PEM) of the issuer named above beside kiosk.json and ' +
      'list it in network.trustedCaFiles, or exempt the provider’s hosts. Where nothing inspects TLS, find out who ' +
      'answers there before anybody signs in.',
  },
  'provider-certificate-expired': {
    meaning: 'The certificate of the provider’s host has run out, by the host’s own clock too.',
    remedy: 'Ask whoever runs that host, or the proxy that answers for it, to renew its certificate.',
  },
  'device-certificate-expiring': {
    meaning: 'This device’s certificate runs out within a month.',
    remedy: 'Renew the certificate, and find out why it was not renewed by itself.',
  },
  'broker-unreachable': {
    meaning:
      'The kiosk has no connection to the broker that the bundle names: no order of operations reaches it. Sign-ins go on.',
    remedy:
      'Look at what the check found: a name that is not resolved, a refused connection, a certificate that the broker’s authority does not vouch for, or a device certificate that was revoked. The kiosk tries again by itself, at most a minute apart.',
  },
  'helper-unsupervised': {
    meaning: 'The helper runs without PM2: nobody starts it again when it ends.',
    remedy: 'Stop this helper, and let PM2 start it as docs/operations.md says under “Running the helper”.',
  },
  'helper-unit-missing': {
    meaning: 'PM2 runs the helper, but no systemd unit runs PM2: after a power cut nobody starts it.',
    remedy:
      'Let a systemd unit start PM2, as docs/operations.md says under “Running the helper”, and stop the PM2 that was ' +
      'started by hand.',
  },
  'screen-not-painted': {
    meaning: 'No screen has told the helper lately that it drew a picture: it is frozen, dark or not there.',
    remedy:
      'Look at the screen and restart it ("pm2 restart shell", or the kiosk’s session); its log says why it stopped.',
  },
  'program-changed': {
    meaning: 'Files of the installed program are not as they were built.',
    remedy:
      'Find out who changed them, since administrators alone can, and install the package again. “kioskctl ' +
      'verify-program” names every file.',
  },
  'program-unproven': {
    meaning: 'Nothing that this machine trusts says what the files of the installed program should be.',
    remedy:
      'Install a package that is signed with the release key that release-keys.json in the trust folder pins; without that ' +
      'file the package’s own list is believed.',
  },
  'check-unfinished': {
    meaning: 'A check found no result in its time.',
    remedy: 'Run the checks again. If it stays, look at what the check’s name says: something there does not answer.',
  },
}
