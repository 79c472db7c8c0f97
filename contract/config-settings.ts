/** What each setting of `kiosk.json` is for, and what to do where it is faulty. Words only; the rules stand in `kiosk-config`. */
import { LANGUAGES } from './languages.ts'

/** Both are sentences: for the reference and an editor's completion, and for an installer before a faulty kiosk. */
export type SettingWords = { says: string; remedy: string }

/** The file itself. */
export const WHOLE_FILE: SettingWords = {
  says: 'How a kiosk signs people in, what it shows and what runs on it. It serves one kiosk or a whole fleet, and holds no secret.',
  remedy: 'Write an object with "version", "brand" and "identity".',
}

/** By path, in the order of the reference; the items of a list stand as `*`. */
export const SETTINGS: Readonly<Record<string, SettingWords>> = {
  $schema: {
    says: 'Where an editor finds the JSON Schema of this file; a kiosk takes no notice.',
    remedy: 'Give the schema’s place as text, or leave it out.',
  },
  version: { says: 'Format of this file.', remedy: 'Set it to 1.' },
  development: {
    says: 'Allows http addresses on this machine and a vault in unsafe memory. For a developer’s machine and nothing else.',
    remedy: 'Leave it out, or set true on a developer’s machine only.',
  },
  device: {
    says: 'Which device this is. Leave it out of a bundle that serves several.',
    remedy: 'Set { "id": "DR-0042" }, or leave it out to use the host name.',
  },
  'device.id': {
    says: 'The id that the fleet knows this device by. A device certificate counts more; without either, it is the host name.',
    remedy: 'Set the device’s id, such as "DR-0042", or leave it out to use the host name.',
  },
  sites: {
    says: 'Buildings and the devices in them: a device finds its name and place here by its id. One that is not listed shows its id and works all the same.',
    remedy: 'List sites as { "place": "Building 4", "devices": { "DR-0042": "Main lobby" } }.',
  },
  'sites.*.place': {
    says: 'The building, as people call it.',
    remedy: 'Set what people call the building, such as "Building 4".',
  },
  'sites.*.devices': {
    says: 'Each device’s id with the name of the spot where it stands.',
    remedy: 'List devices as { "DR-0042": "Main lobby" }.',
  },
  brand: { says: 'Whose kiosk the screen says this is.', remedy: 'Add { "name": … }, the name people know.' },
  'brand.name': {
    says: 'The name people know.',
    remedy: 'Set the name people know, such as "Contoso Reception".',
  },
  'brand.logo': {
    says: 'An SVG or PNG file beside kiosk.json, up to 256 KiB, judged by its bytes. Without it, or where it cannot be shown, stands the name’s initial.',
    remedy: 'Put the SVG or PNG file beside kiosk.json and give its bare name, such as "logo.svg".',
  },
  'brand.colors': {
    says: 'Two colours of the brand. One that would be hard to read (WCAG AA) is made darker or lighter where it is; "kioskctl state" says by how much.',
    remedy: 'Set { "primary": "#rrggbb", "accent": "#rrggbb" }, or leave it out for the kiosk’s own colours.',
  },
  'brand.colors.primary': {
    says: 'Buttons, and what matters on the ground.',
    remedy: 'Set the main colour as "#rrggbb", such as "#0b5cad".',
  },
  'brand.colors.accent': {
    says: 'The time left, on the white card.',
    remedy: 'Set the second colour as "#rrggbb", such as "#e4572e".',
  },
  'brand.background': {
    says: 'The tint of the ground; both themes take a calm shade of it.',
    remedy: 'Set a colour as "#rrggbb", such as "#10202c", or leave it out.',
  },
  languages: {
    says: 'What the screen offers, the kiosk’s own language first.',
    remedy: `List languages out of ${LANGUAGES.join(', ')}, the kiosk’s own first, or leave it out to offer them all.`,
  },
  identity: {
    says: 'Who signs people in.',
    remedy: 'Add the identity provider: "provider", "issuer" and "clientId".',
  },
  'identity.provider': {
    says: 'Whose habits to expect: "entra", "okta", "descope", "pymthouse" or, for any other OpenID provider, "oidc".',
    remedy: 'Set "entra", "okta", "descope", "pymthouse" or, for any other OpenID provider, "oidc".',
  },
  'identity.issuer': {
    says: 'The issuer, exactly as the provider’s discovery document names it.',
    remedy:
      'Set the issuer exactly as the provider’s discovery document names it, such as "https://login.example.com".',
  },
  'identity.clientId': {
    says: 'The public client that is registered for kiosks at the provider. It has no secret.',
    remedy: 'Set the client id of the public client registered for kiosks at the provider.',
  },
  'identity.scopes': {
    says: 'What a sign-in asks for. "offline_access" lets a session outlive the first access token.',
    remedy: 'List scopes with "openid" among them, or leave it out.',
  },
  'identity.verificationOrigins': {
    says: 'Where the provider’s page for the phone may live besides the issuer’s origin and those that are known of this provider. A link to anywhere else is never shown.',
    remedy: 'List origins without a path, such as "https://short.example", or leave it out.',
  },
  'identity.tenantId': {
    says: 'The ID token’s "tid" must be this directory. Required for Entra ID.',
    remedy: 'Set the directory (tenant) id that staff belong to.',
  },
  access: {
    says: 'Who of the tenant’s people may sign in, and with which scopes. Tokens that do not fit are revoked at once. Without it everybody of the tenant may.',
    remedy: 'Set "requiredClaims", "requiredScopes" or "allowedScopes", or leave it out.',
  },
  'access.requiredClaims': {
    says: 'The ID token must hold each claim with (one of) these values.',
    remedy: 'List claims with the values that admit a person, such as { "groups": ["reception"] }.',
  },
  'access.requiredScopes': {
    says: 'The access token must be granted these; OpenID’s own do not count.',
    remedy: 'List scopes that a sign-in must be granted, or leave it out.',
  },
  'access.allowedScopes': {
    says: 'The access token may be granted no others, OpenID’s own aside. Without it, any.',
    remedy: 'List every scope that a sign-in may be granted, or leave it out to allow any.',
  },
  activation: {
    says: 'Who may put a kiosk into service, by the first sign-in at it; until then nobody else is let in. Without it, whoever of those that "access" admits comes first.',
    remedy:
      'Set { "requiredClaims": { … } }, or leave it out: then the first person whom "access" admits activates the kiosk.',
  },
  'activation.requiredClaims': {
    says: 'The ID token must hold each claim with (one of) these values, besides what "access.requiredClaims" asks for.',
    remedy: 'List claims with the values of those who may activate a kiosk, such as { "roles": ["kiosk-installer"] }.',
  },
  attestation: {
    says: 'Whether the kiosk proves by its certificate which device it is, and reaches the provider through a gateway alone. Without it the kiosk asks the provider directly, and says so in its log.',
    remedy: 'Set { "gatewayUrl": "https://…" }, or leave it out for kiosks that ask the provider directly.',
  },
  'attestation.required': {
    says: 'With true no request leaves for the provider before the gateway has said that this device is active. With false the kiosk asks the provider directly, whatever "gatewayUrl" says.',
    remedy: 'Set true, or false for kiosks that ask the provider directly.',
  },
  'attestation.gatewayUrl': {
    says: 'The gateway’s origin. Needed unless "required" is false.',
    remedy: 'Set the gateway’s origin without a path, such as "https://kiosk-gateway.example.com".',
  },
  'attestation.recheckMinutes': {
    says: 'How long the gateway’s word counts. It is also asked before each new code.',
    remedy: 'Set minutes from 0.25 to 1440.',
  },
  remoteControl: {
    says: 'Where operations’ orders come from: revoke, refresh, wipe and the like (docs/operations.md). The device proves itself by its certificate, and takes orders of the keys alone that are pinned in its trust folder. Without it nothing is connected.',
    remedy: 'Set { "brokerUrl": "mqtts://…" }, or leave it out for kiosks that take no orders.',
  },
  'remoteControl.brokerUrl': {
    says: 'The MQTT 5 broker, over TLS. Its certificate is judged as the provider’s is, with "network.trustedCaFiles"; a proxy is not used.',
    remedy: 'Set the broker’s address without path and credentials, such as "mqtts://broker.example.com:8883".',
  },
  'remoteControl.sessionExpiryDays': {
    says: 'How long the broker keeps orders for a kiosk that is off.',
    remedy: 'Set whole days from 1 to 30.',
  },
  'remoteControl.startWaitSeconds': {
    says: 'How long a start waits at most for orders that the broker has kept, before anybody can sign in.',
    remedy: 'Set seconds from 0 to 30.',
  },
  session: { says: 'When a session begins and how long it lasts.', remedy: 'Set what differs, or leave it out.' },
  'session.start': {
    says: '"touch": a code is asked for when somebody is there. "always": a code is always on the screen.',
    remedy: 'Set "touch" or "always".',
  },
  'session.confirmSeconds': {
    says: 'How long the screen asks "Is this you?" before silence counts as no.',
    remedy: 'Set whole seconds from 5 to 600.',
  },
  'session.maxUnattendedCodes': {
    says: 'How many codes may run out unused before the kiosk waits for a touch (RFC 8628 §3.5).',
    remedy: 'Set a whole number from 1 to 1000.',
  },
  'session.shiftHours': {
    says: 'After how many hours a session ends in any case.',
    remedy: 'Set hours above 0 and up to 24.',
  },
  'session.idleMinutes': {
    says: 'Minutes without input after which a session ends; null for no such limit.',
    remedy: 'Set minutes from 0.25 to 1440, or null for no idle limit.',
  },
  'session.endOnScreenCrash': {
    says: 'Whether a session ends when the kiosk’s own screen crashes. Where it does not, whoever stands before the next screen finds it open.',
    remedy: 'Set true, or false to let a session live through a crash of the kiosk’s own screen.',
  },
  app: {
    says: 'The web app that runs on the screen after sign-in, below a bar with the person’s name and "End shift". Without it, or with null, the screen says "You are signed in".',
    remedy:
      'Add { "url": … , "apiOrigins": [ … ] }, or leave it out to show that the person is signed in and nothing else.',
  },
  'app.url': {
    says: 'Its first page. Its main frame never leaves this URL’s origin.',
    remedy: 'Set the https URL of the reception app’s first page, without credentials.',
  },
  'app.apiOrigins': {
    says: 'The only origins that requests of the app carry the person’s access token to. Its pages never see the token.',
    remedy:
      'List the origins whose requests carry the access token, without a path and in lower case, such as "https://api.example.com".',
  },
  'app.permissions': {
    says: 'What the app may use of the device.',
    remedy: 'List "camera", "microphone", both or neither.',
  },
  vault: {
    says: 'How the session’s tokens are kept.',
    remedy: 'Set "deviceKey" or "forgetAfterSeconds", or leave it out.',
  },
  'vault.deviceKey': {
    says: 'Where the key comes from that is mixed into every session’s: the keychain, a systemd credential, or with "auto" the first of them that is there, or none.',
    remedy: 'Set "auto", "keychain" or "credential".',
  },
  'vault.forgetAfterSeconds': {
    says: 'How long the kiosk rests after a session before the helper starts anew and gives back the memory that held its tokens; null for never.',
    remedy: 'Set seconds from 1 to 86400, or null for never.',
  },
  screen: {
    says: 'Which display, when to dim it, when to let it sleep.',
    remedy: 'Set "display", "dimAfterSeconds" or "sleepAfterMinutes", or leave it out.',
  },
  'screen.display': {
    says: '"primary", "internal" (built in), "external", or a display’s name as the operating system shows it. Where it is not there the kiosk takes the primary one, then any.',
    remedy: 'Set "primary", "internal", "external", or the display’s name as the operating system shows it.',
  },
  'screen.dimAfterSeconds': {
    says: 'Seconds without a touch after which a screen that nobody needs is dimmed; null for never.',
    remedy: 'Set whole seconds from 10 to 86400, or null to keep the screen bright.',
  },
  'screen.sleepAfterMinutes': {
    says: 'Minutes without a touch after which the operating system may turn the display off; null for never.',
    remedy: 'Set minutes from 0.25 to 1440, or null to keep the display on.',
  },
  network: {
    says: 'How the kiosk reaches the provider.',
    remedy: 'Set "proxy" or "trustedCaFiles", or leave it out.',
  },
  'network.trustedCaFiles': {
    says: 'PEM files beside kiosk.json, trusted besides public authorities and the system’s.',
    remedy: 'List PEM files that lie beside kiosk.json.',
  },
  'network.proxy': {
    says: '"none": direct. "system": HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the helper’s environment. Or the proxy’s URL.',
    remedy: 'Set "none", "system" or the proxy’s URL without credentials, such as "http://proxy.example.com:3128".',
  },
}

const WORDS: ReadonlyMap<string, SettingWords> = new Map(Object.entries(SETTINGS))

/** Of a path as it stands in a `kiosk.json`, else of what it is part of. */
export function wordsFor(path: readonly PropertyKey[]): SettingWords {
  for (let length = path.length; length > 0; length -= 1) {
    const named = path.slice(0, length).map((part) => (typeof part === 'number' ? '*' : String(part)))
    const words = WORDS.get(named.join('.'))
    if (words) return words
  }
  return WHOLE_FILE
}
