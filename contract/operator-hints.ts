/** What each fault means and what an operator does about it, for technicians. The words for staff are the renderer's. */
import type { KioskErrorCode } from './kiosk-error.ts'

export type OperatorHint = {
  /** In one sentence. */
  readonly meaning: string
  /** Names the setting, the command or the rule to change. */
  readonly remedy: string
}

/** In the order of KIOSK_ERROR_CODES; settings are those of `kiosk.json`. */
export const OPERATOR_HINTS: Readonly<Record<KioskErrorCode, OperatorHint>> = {
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

  'bundle-missing': {
    meaning: 'There is no kiosk.json in the bundle folder.',
    remedy:
      'Install the bundle in /etc/digital-receptionist. On a developer’s machine KIOSK_BUNDLE_DIR may name another folder; an ' +
      'installed kiosk takes no notice of it.',
  },
  'bundle-unreadable': {
    meaning: 'kiosk.json is there, but the helper’s account may not read it.',
    remedy: 'Let the helper’s account enter the bundle folder and read its files ("ls -l" shows whose they are).',
  },
  'bundle-not-json': {
    meaning: 'kiosk.json is empty or not JSON.',
    remedy:
      'Mend the file at the place that "kioskctl bundle check" names, or in an editor that marks faults in JSON. Often it ' +
      'is a comma too many or one missing, a typographic quotation mark, or a word without quotation marks.',
  },
  'bundle-invalid': {
    meaning: 'A setting in kiosk.json is missing, unknown or out of bounds.',
    remedy: 'Change the setting that "kioskctl state" names as it says. Every fault is listed at once.',
  },
  'bundle-file-missing': {
    meaning: 'A file that network.trustedCaFiles names cannot be read or holds no certificate.',
    remedy: 'Put the PEM file beside kiosk.json under the name listed, readable by the helper’s account.',
  },
  'bundle-unsigned': {
    meaning: 'This kiosk has a key for bundles, and its bundle holds no signature (bundle.jws).',
    remedy: 'Sign it with "kioskctl bundle sign", and install bundle.jws beside kiosk.json.',
  },
  'bundle-signature-invalid': {
    meaning:
      'The signature in bundle.jws is damaged, was made with another key or algorithm than the kiosk’s, or is not one ' +
      'of a bundle.',
    remedy:
      'Sign it with the private key that belongs to bundle-keys.json on the kiosk, or add the public key of the new one ' +
      'there, as root.',
  },
  'bundle-file-changed': {
    meaning: 'A file of the bundle was changed, added or taken away since it was signed.',
    remedy: 'Install all files of the signed bundle and no others, or sign it anew with a higher version.',
  },
  'bundle-version-old': {
    meaning: 'The bundle is well signed, but this kiosk has taken a newer one, or another one of the same version.',
    remedy: 'Sign the wanted bundle with a higher version, also where it goes back to earlier settings.',
  },
  'bundle-writable': {
    meaning: 'Others than root and the helper’s account may change a bundle that no signature guards.',
    remedy: 'Give folder and files to root with modes 0755 and 0644, or sign the bundle and install its public key.',
  },
  'bundle-state-unusable': {
    meaning: 'The helper cannot keep the highest version of the bundle it has taken, or cannot read what it kept.',
    remedy:
      'Let the folder KIOSK_STATE_DIR belong to the helper’s account with mode 0700 and room on its disk. Remove ' +
      'bundle-record.json there only if the installed bundle is the newest.',
  },
  'trust-unusable': {
    meaning: 'The keys that bundles are checked with cannot be trusted, cannot be read, or are gone.',
    remedy:
      'Let the folder KIOSK_TRUST_DIR and bundle-keys.json in it belong to root with modes 0755 and 0644, and hold public ' +
      'keys as "kioskctl bundle public-keys" prints them.',
  },
  'vault-not-tmpfs': {
    meaning: 'The vault’s folder is on a disk, or cannot be made or looked at; tokens are kept in memory only.',
    remedy:
      'Mount a tmpfs there, as the product’s mount unit does. On a developer’s machine KIOSK_RUNTIME_DIR may name a folder on ' +
      'one, such as below /run.',
  },
  'vault-wrong-owner': {
    meaning: 'The vault’s folder belongs to another account than the helper’s.',
    remedy:
      'Give the folder "vault" in KIOSK_RUNTIME_DIR to the helper’s account, or remove it: the helper makes it anew.',
  },
  'vault-wrong-mode': {
    meaning: 'Others may enter the vault’s folder, or it is a link or a file.',
    remedy: 'Set mode 0700 on the folder "vault" in KIOSK_RUNTIME_DIR, or remove it: the helper makes it anew.',
  },
  'vault-unsupported': {
    meaning: 'This system offers no kind of vault that the kiosk may use.',
    remedy: 'Run the helper on Linux with tmpfs or ramfs, on Windows or on macOS.',
  },
  'vault-swappable': {
    meaning: 'This machine swaps to a disk without encryption, so that secrets in memory could be written there.',
    remedy:
      'Turn swap off ("swapoff --all" and /etc/fstab), encrypt it, or mount the vault with "noswap" and run the helper ' +
      'with MemorySwapMax=0, as the product’s units do.',
  },
  'vault-hibernation': {
    meaning: 'This machine can hibernate to a disk without encryption, which would write all of its memory there.',
    remedy: 'Mask hibernate.target and hybrid-sleep.target and turn swap off, or encrypt the swap.',
  },
  'device-key-unusable': {
    meaning: 'The device key that the bundle asks for cannot be had, or what is in its place is no key.',
    remedy:
      'Unlock the keychain for the helper’s account, or give the helper a systemd credential "device-key" of at least ' +
      '32 random bytes, or set vault.deviceKey to "auto". Where this machine cannot open the one that it was given, seal it anew or ' +
      'remove it from /etc/credstore.encrypted.',
  },
  'environment-unsafe': {
    meaning:
      'The helper was started with a switch or a variable that could show its memory or its traffic to others, or that ' +
      'an installed kiosk takes no notice of, because it would lead it to another bundle or other keys.',
    remedy: 'Start it as ecosystem.config.js does, without the switch or variable that "kioskctl state" names.',
  },
  'device-certificate-missing': {
    meaning: 'The bundle wants this device to prove itself, and there is no certificate of it.',
    remedy:
      'Issue one as docs/device-certificates.md says, and put it into /etc/digital-receptionist-device as device.crt, ' +
      'with its key as device.key.',
  },
  'device-certificate-unreadable': {
    meaning: 'The device’s certificate is there, but cannot be read.',
    remedy: 'Let the helper’s account enter the folder and read the file ("ls -l" shows whose they are).',
  },
  'device-certificate-malformed': {
    meaning: 'The file of the device’s certificate is no PEM certificate, or a damaged one.',
    remedy:
      'Put the certificate there as PEM, from "-----BEGIN CERTIFICATE-----" on, the device’s own first. For DER: ' +
      '"openssl x509 -inform der -in FILE".',
  },
  'device-certificate-expired': {
    meaning: 'This device’s certificate has run out, by the kiosk’s clock.',
    remedy: 'Renew it and replace both files, after a look at the kiosk’s clock. The kiosk takes them over by itself.',
  },
  'device-certificate-too-early': {
    meaning: 'This device’s certificate is valid only from later on, by the kiosk’s clock.',
    remedy:
      'Look at the kiosk’s clock ("timedatectl"). If it is right, wait, or issue a certificate that is valid now.',
  },
  'device-certificate-without-id': {
    meaning: 'The certificate names no device, in its common name or as a URI in its subjectAltName.',
    remedy:
      'Issue one with the subject CN=<device id> and the URI urn:digital-receptionist:device:<device id> ' +
      '(docs/device-certificates.md).',
  },
  'device-certificate-ids-differ': {
    meaning: 'The certificate names one device in its common name and another one elsewhere.',
    remedy:
      'Issue one in which common name and URI hold the same id, letter by letter. Where a kiosk is to become another ' +
      'device, restart its helper.',
  },
  'device-certificate-not-client': {
    meaning: 'The certificate’s extended key usage leaves out clientAuth, so that no server takes it from a client.',
    remedy: 'Issue one with the extended key usage "client authentication" (1.3.6.1.5.5.7.3.2).',
  },
  'device-certificate-weak': {
    meaning: 'The certificate’s key is of a kind or size that is too weak, or unknown to the kiosk.',
    remedy: 'Make a key that is ECDSA on P-256, RSA of 2048 bits or more, or Ed25519, and issue a certificate for it.',
  },
  'device-certificate-foreign': {
    meaning: 'The certificate does not lead to the fleet’s authority (fleet-ca.crt in the trust folder).',
    remedy:
      'Have it issued by the fleet’s authority, or put the authorities in between below it into the same file. If the ' +
      'fleet has another authority now, replace fleet-ca.crt as root.',
  },
  'device-certificate-key-missing': {
    meaning: 'There is a certificate of this device, and no key that belongs to it.',
    remedy: 'Put the private key beside the certificate as device.key, with mode 0600, owned by the helper’s account.',
  },
  'device-certificate-key-unreadable': {
    meaning: 'The device’s private key is there, but the helper’s account may not read it.',
    remedy: 'Give the file to the helper’s account ("chown"), and leave its mode at 0600.',
  },
  'device-certificate-key-exposed': {
    meaning: 'Others than the helper’s account can read the device’s private key, or put another one in its place.',
    remedy:
      'Give file and folder to the helper’s account, the file with mode 0600, the folder with 0700 or 0755. Whoever could ' +
      'read the key may have it: make a new one and revoke the certificate.',
  },
  'device-certificate-key-malformed': {
    meaning: 'The file of the device’s private key holds no PEM key.',
    remedy: 'Put the key there as PEM, from "-----BEGIN PRIVATE KEY-----" on.',
  },
  'device-certificate-key-encrypted': {
    meaning: 'The device’s private key wants a passphrase, and nobody is there to type one.',
    remedy: 'Take the passphrase off ("openssl pkey -in OLD -out device.key"), and guard the file by its mode, 0600.',
  },
  'device-certificate-key-mismatch': {
    meaning: 'Private key and certificate do not belong together.',
    remedy:
      'Replace both files by one pair. Where something renews them, it writes one after the other: this fault passes ' +
      'when both are there.',
  },
  'fleet-ca-unusable': {
    meaning:
      'The fleet’s authority in the trust folder cannot be used: it is not there, others may change it, or it is no certificate.',
    remedy:
      'As root, put the fleet’s authority (PEM) into /etc/digital-receptionist-trust/fleet-ca.crt with mode 0644.',
  },

  'link-in-use': {
    meaning: 'Another process answers on the helper’s socket, so this helper ends.',
    remedy: 'Stop the other helper; "ss -xlp" shows which process holds link/helper.sock in KIOSK_RUNTIME_DIR.',
  },
  'link-path-too-long': {
    meaning: 'The path of the helper’s socket is longer than a Unix socket’s may be.',
    remedy: 'Set KIOSK_RUNTIME_DIR to a shorter path.',
  },
  'link-key-missing': {
    meaning: 'The key for the helper’s socket cannot be read.',
    remedy: 'Run kioskctl as root or as the helper’s account, with the helper’s --runtime-dir, while the helper runs.',
  },
  'link-hello-refused': {
    meaning: 'A process at one end of the helper’s socket did not prove that it holds the key of this start.',
    remedy:
      'Install helper and shell in the same version and restart both. If it comes again, "ss -xp" shows who ' +
      'connects: it may be an intruder.',
  },
  'link-message-invalid': {
    meaning: 'A message on the helper’s socket is not one that this version knows.',
    remedy: 'Install helper, shell and kioskctl in the same version and restart both processes.',
  },
  'link-message-too-large': {
    meaning: 'A message on the helper’s socket was longer than any may be, so its sender was cut off.',
    remedy: 'Install helper and shell in the same version. If it comes again, "ss -xp" shows who connects.',
  },
  'link-closed': {
    meaning: 'No helper answers on its socket, or it went away.',
    remedy: 'Check that the helper runs and that --runtime-dir is its folder; its log says why it ended.',
  },
  'command-not-allowed': {
    meaning:
      'Something was asked of the helper that only the screen may ask, such as to confirm that a person is present.',
    remedy: 'Press it at the kiosk’s screen: no technician’s tool can.',
  },
  'link-folder-unsafe': {
    meaning: 'The folder of the helper’s socket, or the one that it lies in, belongs to or can be changed by others.',
    remedy: 'Give KIOSK_RUNTIME_DIR and the folder "link" in it to the helper’s account, writable by nobody else.',
  },
  'environment-invalid': {
    meaning: 'An environment variable of the helper is wrong; the log names it.',
    remedy:
      'Set KIOSK_BUNDLE_DIR, KIOSK_RUNTIME_DIR and KIOSK_STATE_DIR to absolute paths and KIOSK_MEMORY_LIMIT_MIB to a ' +
      'number, or leave them unset, and start the helper again.',
  },
  'keychain-unavailable': {
    meaning: 'The system’s keychain is absent, locked or does not answer.',
    remedy:
      'Nothing, where the kiosk has none: a planned restart ends the session then. Else unlock it for the helper.',
  },
  'vault-record-damaged': {
    meaning: 'What lies in the vault was not sealed by this session, or was cut short.',
    remedy:
      'Nothing the first time: that session ends. If it comes again, find out what else writes into the vault’s ' +
      'folder.',
  },
  'vault-record-too-large': {
    meaning: 'The provider’s tokens are larger than any record of the vault may be.',
    remedy: 'Let the provider put fewer claims into its tokens, such as by leaving out groups.',
  },
  'vault-handover-refused': {
    meaning: 'A session that a planned restart handed over was late, copied, damaged or not ours, so it ended.',
    remedy:
      'Nothing the first time. If it comes again without a restart, find out what writes into the vault’s folder.',
  },
  'vault-wipe-unproven': {
    meaning: 'After a wipe something could still be read, so the helper ended itself: what is left is dead without it.',
    remedy: 'Look at the vault’s folder and at the keychain as the log names them; the next start wipes them again.',
  },
  'technician-secret-unusable': {
    meaning: 'What is installed as this device’s technician secret is none, or others could read it.',
    remedy:
      'Make it with "fleetctl technician-secret" and install it as the systemd credential "technician-secret", or as the ' +
      'file "technician.secret" in KIOSK_STATE_DIR: the helper’s own, mode 0600. No restart is needed for the file.',
  },
  'technician-state-unusable': {
    meaning: 'Wrong technician codes cannot be counted in KIOSK_STATE_DIR, so no technician is let in at the screen.',
    remedy:
      'Give the helper’s account a folder of its own on a disk with space left, mode 0700: /var/lib/digital-receptionist, ' +
      'or what KIOSK_STATE_DIR names.',
  },
  'activation-not-recorded': {
    meaning:
      'The kiosk was activated, but that cannot be kept in KIOSK_STATE_DIR. It tries again every half minute, and when it ' +
      'stops; where that fails, it is not activated after a restart.',
    remedy:
      'Look at owner, mode and free space of /var/lib/digital-receptionist, or of what KIOSK_STATE_DIR names, before the ' +
      'helper restarts; else let somebody who may activate it sign in again.',
  },
  'bundle-key-unusable': {
    meaning: 'The private key that a bundle was to be signed with cannot be used.',
    remedy: 'Name the file that "kioskctl bundle keygen" wrote; it must be readable by its owner alone (mode 0600).',
  },
  'audit-unusable': {
    meaning:
      'The audit trail cannot be kept: its folder below the state folder is missing, can be changed by others, or holds something that is none of its files. Sign-ins go on; what happens meanwhile waits in memory, and what does not fit is counted.',
    remedy:
      'Give the state folder (KIOSK_STATE_DIR) and the folder "audit" in it to the helper’s account alone, mode 0700, on a disk with room; the log names what is wrong. The trail goes on by itself.',
  },

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
