/** The operator’s hints for what keeps people from signing in, in the order of TROUBLE_CODES. The words for staff are the renderer’s. */
import type { TroubleCode } from './kiosk-error.ts'
import type { OperatorHint } from './operator-hint.ts'

export const TROUBLE_HINTS: Readonly<Record<TroubleCode, OperatorHint>> = {
  'name-not-resolved': {
    meaning: 'The kiosk’s DNS finds no address for the provider’s host, or does not answer (ENOTFOUND, EAI_AGAIN).',
    remedy:
      'Look up the host of identity.issuer on the kiosk and mend its DNS servers, or the spelling of ' +
      'identity.issuer. Where only a proxy knows outside names, set network.proxy.',
  },
  'connection-refused': {
    meaning: 'The provider’s address, or a firewall that speaks for it, refuses the connection (ECONNREFUSED).',
    remedy:
      'Open outbound TCP 443 to the host of identity.issuer, or set network.proxy where a proxy is the only way ' +
      'out. Check host and port of identity.issuer.',
  },
  'provider-unreachable': {
    meaning:
      'No connection to the provider came about: it was reset, there is no route, or there is no network at all.',
    remedy:
      'Check cable or Wi-Fi, address and default route of the kiosk, then the firewall: outbound TCP 443 to the ' +
      'host of identity.issuer must be open.',
  },
  'captive-portal': {
    meaning:
      'Something answered in the provider’s place with a web page, a redirect or status 511: a captive portal, or ' +
      'the page of a proxy.',
    remedy:
      'Exempt the kiosk from the portal, such as by its MAC address, or move it to a network without one. Where ' +
      'the page is a proxy’s, set network.proxy. On a clean network, check the path of identity.issuer.',
  },
  'proxy-unreachable': {
    meaning: 'The proxy of network.proxy cannot be found or does not answer.',
    remedy:
      'Check host and port in network.proxy (with "system": HTTPS_PROXY in the helper’s environment), and let the ' +
      'kiosk through to that port.',
  },
  'proxy-refused': {
    meaning: 'The proxy answers but refuses a tunnel to the provider, such as with 403 or 407.',
    remedy:
      'Let this device CONNECT to the host of identity.issuer (behind a gateway: of attestation.gatewayUrl) without a ' +
      'password, by its address: the bundle holds no credentials for a proxy.',
  },
  'clock-wrong': {
    meaning: 'The kiosk’s clock is so far off that certificates or tokens seem not valid yet, or valid no longer.',
    remedy:
      'Look at "timedatectl", switch time synchronisation on ("timedatectl set-ntp true") and let UDP 123 through ' +
      'to the time server. A clock that is wrong after each power cut needs a new battery.',
  },
  'provider-timeout': {
    meaning: 'The provider was asked and did not answer in time.',
    remedy:
      'Wait, and look at the provider’s status page. If it stays, find the firewall that drops packets to the ' +
      'host of identity.issuer (TCP 443) without a word, or the line that loses them.',
  },
  'provider-untrusted': {
    meaning: 'The provider’s TLS certificate leads to no authority that the kiosk trusts, or is not for that host.',
    remedy:
      'Where the network inspects TLS, put its root certificate (PEM) beside kiosk.json and list it in ' +
      'network.trustedCaFiles, or exempt the provider’s hosts. If nothing inspects TLS, find out who answers ' +
      'there.',
  },
  'provider-throttled': {
    meaning: 'The provider asks for fewer requests (429); the kiosk waits as long as it is told.',
    remedy:
      'Wait. If it comes often, set session.start to "touch", lower session.maxUnattendedCodes, and compare the ' +
      'rate limits of the tenant.',
  },
  'provider-unavailable': {
    meaning: 'The provider, or a gateway before it, answered with a fault of its own (5xx).',
    remedy:
      'Wait, and look at the provider’s status page. If other networks reach it, ask who runs the proxy or ' +
      'gateway in between: 502, 503 and 504 are often theirs.',
  },
  'provider-answer-invalid': {
    meaning:
      'Something answered, but not as an OpenID provider does: no JSON, a field missing, or an unexpected status.',
    remedy:
      'Open identity.issuer with /.well-known/openid-configuration behind it and compare its "issuer" with ' +
      'identity.issuer, letter by letter. The helper’s log says what was wrong with the answer.',
  },
  'provider-refused-client': {
    meaning:
      'The provider refuses this client or what it asks for (invalid_client, unauthorized_client, invalid_scope, ' +
      'unsupported_grant_type).',
    remedy:
      'Compare identity.clientId and identity.scopes with the registration: a public client without a secret, ' +
      'with the device code grant (Entra ID: Allow public client flows; Okta: Device Authorization).',
  },
  'provider-error': {
    meaning: 'The provider answered with an OAuth error that the kiosk knows no other name for.',
    remedy: 'Look up the error that stands after the support code, and the sign-in in the provider’s log at that time.',
  },
  'sign-in-blocked': {
    meaning:
      'A policy of the provider, such as Conditional Access, blocks the sign-in or wants more than a phone can ' +
      'give (interaction_required, consent_required).',
    remedy:
      'Find the sign-in in the provider’s log (Entra ID: its Conditional Access tab). Let the device code flow ' +
      'pass for these kiosks’ group and location, and grant admin consent.',
  },
  'verification-link-untrusted': {
    meaning:
      'The provider’s link for the phone is not https or leads where this bundle does not expect it: no code is shown.',
    remedy:
      'The helper’s log names the address. If it is the provider’s own, list its origin in ' +
      'identity.verificationOrigins; if not, find out who answers for identity.issuer.',
  },
  'too-many-codes': {
    meaning: 'More codes were asked for than the kiosk allows itself, so that nobody drains the tenant’s quota.',
    remedy: 'Nothing: the next code comes by itself. If it comes often, see who, or what, keeps touching the screen.',
  },
  'sign-in-declined': {
    meaning: 'The sign-in was refused: by somebody on the phone, or by a rule of the provider (access_denied).',
    remedy:
      'Nothing, if somebody meant it. If nobody at the kiosk did, the code was passed on: look for the sign-in in the ' +
      'provider’s log. If every sign-in ends so on Okta, the access policy has no rule for Device Authorization ' +
      '(docs/okta.md, step 2).',
  },
  'token-invalid': {
    meaning:
      'The provider issued tokens, but the ID token fails a check (signature, issuer, audience, time, tenant, ' +
      'person), so they were revoked.',
    remedy:
      'Check identity.issuer, identity.clientId and identity.tenantId, and that "openid" is among ' +
      'identity.scopes. The helper’s log names the check.',
  },
  'person-not-allowed': {
    meaning: 'The person signed in, but the ID token does not meet access.requiredClaims; the tokens were revoked.',
    remedy:
      'Give the person the group or role at the provider, if they should have it. If nobody is let in, have the ' +
      'provider put the claim into ID tokens and compare its values with access.requiredClaims.',
  },
  'kiosk-not-activated': {
    meaning:
      'This kiosk is not in service yet, and the person who signed in does not meet activation.requiredClaims; the ' +
      'tokens were revoked.',
    remedy:
      'Let somebody who meets activation.requiredClaims sign in once at the kiosk and press “Start shift”. If nobody ' +
      'does, have the provider put the claim into ID tokens, or take activation out of the bundle.',
  },
  'scope-not-granted': {
    meaning:
      'A scope of access.requiredScopes was not granted, or one beyond access.allowedScopes was; the tokens were ' +
      'revoked.',
    remedy:
      'Ask for the scope in identity.scopes and grant it to the client at the provider. Take a scope too many ' +
      'from the registration, or add it to access.allowedScopes.',
  },
  'device-suspended': {
    meaning: 'The gateway’s list of devices has this one as suspended: it asks for no code, and a session has ended.',
    remedy:
      'If nobody meant it, set the device to "active" in the gateway’s list of devices and render again ' +
      '(docs/gateway.md). The kiosk asks again by itself.',
  },
  'device-not-admitted': {
    meaning:
      'The gateway does not know this device by its certificate. Its reason stands after the support code, such as ' +
      '"certificate-revoked" or "device-not-listed".',
    remedy:
      '"device-not-listed": add the device to the gateway’s list. "certificate-missing": something that inspects TLS ' +
      'between kiosk and gateway takes the certificate away; exempt the gateway. Any other: renew the certificate ' +
      '(docs/device-certificates.md).',
  },
  'gateway-unreachable': {
    meaning:
      'No connection to the gateway came about: its name is not found, it refuses, or nothing answers in time. A ' +
      'session goes on until its tokens expire.',
    remedy:
      'Look up the host of attestation.gatewayUrl on the kiosk, open outbound TCP to its port, and see whether nginx ' +
      'runs there. The helper’s log says what the network answered.',
  },
  'gateway-untrusted': {
    meaning:
      'The gateway’s TLS certificate has expired, leads to no authority that the kiosk trusts, or is not for its host.',
    remedy:
      'List the authority of the gateway’s certificate in network.trustedCaFiles, or give the gateway a valid one for ' +
      'the host of attestation.gatewayUrl. Nothing may inspect TLS between the two: exempt the gateway from it.',
  },
  'gateway-rate-limited': {
    meaning:
      'This kiosk, or its site’s address, asks more often than the gateway allows (429); the provider hears nothing ' +
      'of it. The kiosk waits as long as it is told.',
    remedy:
      'Wait. If it comes often, see who, or what, keeps touching the screen, and compare limits of the gateway’s settings ' +
      'with how many kiosks share an address.',
  },
  'gateway-unavailable': {
    meaning: 'The gateway, or something in its place, answered with a fault of its own, or not as the gateway does.',
    remedy:
      'Read the gateway’s error log. With "revocation-list-stale" after the support code, sign the revocation list anew ' +
      'and render (docs/gateway.md). Compare attestation.gatewayUrl with the gateway’s address.',
  },
  'gateway-refused': {
    meaning:
      'The gateway knows this device and does not pass on what it asks for: the address is not on its list of the ' +
      'provider’s, or the request is not as that list has it.',
    remedy:
      'Compare providers in the gateway’s settings with identity.issuer and its discovery document, and server.name ' +
      'with the host of attestation.gatewayUrl. The reason stands after the support code.',
  },
  'vault-unavailable': {
    meaning: 'The vault could not keep the tokens of a sign-in, so they were revoked.',
    remedy:
      'Look at free memory, and at space, owner and mode of the folder "vault" in KIOSK_RUNTIME_DIR ("df", "ls ' +
      '-ld"), then restart the helper.',
  },
  'helper-unreachable': {
    meaning: 'The screen’s process has no link to the helper, which its supervisor starts again.',
    remedy:
      'Wait a minute. If it stays, run "kioskctl state" on the kiosk (exit code 3: no helper answers) and read in ' +
      'the helper’s log why it ends.',
  },
  unexpected: {
    meaning: 'A fault without a code of its own, most likely one of the kiosk’s software.',
    remedy: 'Report it with its time, the helper’s log around it and the version that "kioskctl state" prints.',
  },
}
