/** The documentation's commands that the test does not run just as they stand, each with how it is run and why. */

export type CommandEntry = { command: string; because: string } & (
  | /** Another test of `npm test` runs it; `says` stands in that file. */
  { how: 'runs-elsewhere'; where: string; says?: string }
  /** Run with `--help`, whose answer must name every option that the page uses. */
  | { how: 'asks-for-help' }
  /** It never ends by itself: run until it has said something. */
  | { how: 'until-it-speaks' }
  /** Run after what it builds upon, in the same folder. */
  | { how: 'with'; given: string }
  /** Run, and expected to answer that there is nothing to do. */
  | { how: 'exits-with'; code: number }
)

const DEMO = 'e2e/integration/demo.patient.test.ts'

const BUNDLE =
  'npx kioskctl bundle create bundle --provider oidc --issuer https://login.example.com --client-id kiosk --brand Contoso'

export const COMMAND_TABLE: readonly CommandEntry[] = [
  { command: 'npm run demo', how: 'runs-elsewhere', where: DEMO, because: 'waits for a person with a phone' },
  {
    command: 'npm run demo -- --approve --once --json',
    how: 'runs-elsewhere',
    where: DEMO,
    says: "'--approve', '--once', '--json'",
    because: 'takes a kiosk under PM2',
  },
  {
    command: 'npm run demo -- --portal',
    how: 'runs-elsewhere',
    where: DEMO,
    says: "['--portal']",
    because: 'waits for a person with a phone',
  },
  {
    command: 'npm run demo -- --fleet 3',
    how: 'runs-elsewhere',
    where: DEMO,
    says: "'--fleet', '3'",
    because: 'takes kiosks and a broker, and waits for a person',
  },
  { command: 'npm test', how: 'runs-elsewhere', where: 'scripts/test.mjs', because: 'is what runs this' },
  { command: 'npx kioskctl watch --json', how: 'until-it-speaks', because: 'goes on as long as the helper does' },
  { command: 'npx kioskctl sign-out', how: 'exits-with', code: 1, because: 'nobody is signed in at this kiosk' },
  {
    command: 'npx kioskctl doctor',
    how: 'exits-with',
    code: 1,
    because: 'this kiosk has no screen, and doctor says so',
  },
  {
    command: 'npx kioskctl preflight FOLDER',
    how: 'runs-elsewhere',
    where: 'e2e/integration/preflight.integration.test.ts',
    says: "[KIOSKCTL, 'preflight'",
    because: 'asks a provider that serves kiosks',
  },
  {
    command: 'npx kioskctl wipe',
    how: 'runs-elsewhere',
    where: 'e2e/drills/session-end-drills.ts',
    says: "kioskctl('wipe')",
    because: 'ends the helper and waits for the next, which a supervisor starts: a part of the vault drill',
  },
  {
    command: 'npx kioskctl wait-until-quiet',
    how: 'runs-elsewhere',
    where: 'helper/kioskctl/wait-until-quiet.test.ts',
    says: 'goes on while somebody %s, and ends when they are gone',
    because: 'waits as long as a code is on the screen',
  },
  {
    command: 'npx fleetctl technician-code --device DR-0042 --challenge 7K3M-2QPX --secret-file technician.secret',
    how: 'with',
    given: '(umask 077; openssl rand -hex 32 > technician.secret)',
    because: 'the kiosk’s secret is made on another page',
  },
  {
    command: 'npx kioskctl bundle sign --key operator.private.jwk --version 1 bundle',
    how: 'with',
    given: BUNDLE,
    because: 'the bundle is made on another page',
  },
  { command: 'npm run bench -- --json', how: 'asks-for-help', because: 'takes eleven minutes' },
  {
    command: 'npm run bench -- --publish',
    how: 'asks-for-help',
    because: 'takes eleven minutes, and writes into docs/',
  },
  {
    command: 'npm run bench:fleet -- --chart',
    how: 'asks-for-help',
    because: 'takes twenty seconds, and writes into docs/',
  },
  {
    command: 'npm run soak',
    how: 'asks-for-help',
    because: 'takes half an hour; bench/soak/soak.patient.test.ts plays a minute',
  },
  {
    command: 'npm run bench:scan',
    how: 'asks-for-help',
    because: 'takes ten minutes; bench/scan/scan.patient.test.ts plays a few seconds',
  },
  { command: 'npm run bench:paint', how: 'asks-for-help', because: 'takes five minutes' },
  {
    command: 'npm run intune:package -- --setup setup --file setup.exe --out packages',
    how: 'runs-elsewhere',
    where: 'e2e/integration/intunewin.integration.test.ts',
    says: "['--setup', 'setup', '--file', 'setup.exe', '--out', out",
    because: 'takes a folder with an installer, which the checkout does not hold',
  },
  {
    command: 'npm run intune:package -- --setup setup --file setup.exe --out again --keys packages/setup.intunewin',
    how: 'runs-elsewhere',
    where: 'scripts/intune/intunewin.test.mjs',
    says: 'can be made again from the keys of the first',
    because: 'takes the folder and the package of the command before it',
  },
  {
    command: 'npm run intune:package -- check packages/setup.intunewin',
    how: 'runs-elsewhere',
    where: 'e2e/integration/intunewin.integration.test.ts',
    says: "intunePackage(['check', path])",
    because: 'takes a package',
  },
  {
    command: 'npm run intune:package -- unpack packages/setup.intunewin --out unpacked',
    how: 'runs-elsewhere',
    where: 'e2e/integration/intunewin.integration.test.ts',
    says: "intunePackage(['unpack', path, '--out'",
    because: 'takes a package',
  },
]
