/** The demo's command line. Refuses what it does not know, and says what to write instead. */
import { parseArgs } from 'node:util'

export const DEMO_USAGE = `Usage: npm run demo -- [options]

  --approve          plays the phone in a second browser and presses the buttons on the kiosk's screen
  --once             ends after one sign-in and sign-out
  --json             with --approve: prints one JSON line at the end; the story goes to standard error
  --entra-like       the provider answers as Entra ID does: no complete link, Entra's words
  --portal           people sign in at their company's own portal and provider, which the kiosk's provider sends them to
  --no-gateway       the kiosk asks the provider directly, and has no certificate
  --fleet N          N kiosks (2 to 5), the first with a screen, with a broker and the operators' fleet page
  --rounds N         signs in and out N times (default 1), each with a fresh helper, and prints medians
  --interval S       the provider's polling interval in seconds (default 5)
  --screen WxH       the stand-in's screen (default 1920x1080)
  --screenshots DIR  where a picture of every state goes (default screenshots)
  --help`

export type DemoOptions = {
  approve: boolean
  once: boolean
  json: boolean
  entraLike: boolean
  portal: boolean
  /** The kiosk goes through an nginx of its own, with a certificate. */
  gateway: boolean
  /** How many kiosks; one has no broker. */
  fleet: number
  rounds: number
  intervalSeconds: number
  screen: { width: number; height: number }
  screenshotsFolder: string
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new TypeError(`--${name} takes a whole number from 1 to ${most}, not "${text}"`)
}

function fleetSize(text: string): number {
  const count = Number(text)
  if (![2, 3, 4, 5].includes(count))
    throw new TypeError('--fleet takes a whole number from 2 to 5: without it there is one kiosk')
  return count
}

function screenSize(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d{3,4})x(\d{3,4})$/.exec(text) ?? []
  if (width === undefined || height === undefined) throw new TypeError(`--screen takes WIDTHxHEIGHT, not "${text}"`)
  return { width: Number(width), height: Number(height) }
}

/**
 * @returns null where help was asked for
 * @throws TypeError saying what is wrong
 */
export function readDemoOptions(args: readonly string[]): DemoOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      approve: { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'entra-like': { type: 'boolean', default: false },
      portal: { type: 'boolean', default: false },
      'no-gateway': { type: 'boolean', default: false },
      fleet: { type: 'string' },
      rounds: { type: 'string' },
      interval: { type: 'string', default: '5' },
      screen: { type: 'string', default: '1920x1080' },
      screenshots: { type: 'string', default: 'screenshots' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  if (values.json && !values.approve) throw new TypeError('--json reports what --approve has played: add --approve')
  if (values.portal && values['entra-like']) {
    throw new TypeError('--portal starts with the complete link, which --entra-like leaves out: choose one of them')
  }
  return {
    approve: values.approve,
    once: values.once || values.rounds !== undefined,
    json: values.json,
    entraLike: values['entra-like'],
    portal: values.portal,
    gateway: !values['no-gateway'],
    fleet: values.fleet === undefined ? 1 : fleetSize(values.fleet),
    rounds: wholeNumber('rounds', values.rounds ?? '1', 1000),
    intervalSeconds: wholeNumber('interval', values.interval, 60),
    screen: screenSize(values.screen),
    screenshotsFolder: values.screenshots,
  }
}
