/** Plays a whole sign-in, and writes down what a screen reader would say of it: what is announced, what has the focus. */
import type { CDPSession, Page } from 'playwright-core'
import type { SessionState } from '../../contract/session-state.ts'
import type { GalleryPage } from './gallery-page.ts'
import { codeApproval, confirming, linked, renewal, SCENE_NOW_MS, signedIn } from './scene-views.ts'

type Step = { what: string; do: (gallery: GalleryPage) => Promise<void> }

const OLD_CODE = 'GTH4KP9QX'
const NEW_CODE = 'BCDF7WXYZ'
const NAME = 'Alex Rivera'
export const HEARD_CODES = { old: OLD_CODE, new: NEW_CODE }
export const HEARD_NAME = NAME

/** The helper's clock goes on with the page's: how much of the scene has passed. */
let passedMs = 0

function given(session: SessionState): Step['do'] {
  return async ({ give, pass }) => {
    const view = linked(session)
    if (view.kind === 'linked') view.snapshot.clock.monotonicMs = SCENE_NOW_MS + passedMs
    await give(view)
    await pass(1_000)
    passedMs += 1_000
  }
}

const later =
  (seconds: number): Step['do'] =>
  async ({ pass }) => {
    passedMs += seconds * 1_000
    await pass(seconds * 1_000)
  }

const key =
  (...names: string[]): Step['do'] =>
  async ({ page }) => {
    for (const name of names) await page.keyboard.press(name)
  }

const approval = (userCode: string, generation: number, changes = {}) =>
  codeApproval({
    userCode,
    generation,
    issuedAtMs: SCENE_NOW_MS,
    expiresAtMs: SCENE_NOW_MS + 150_000,
    ...changes,
  })

const STEPS: readonly Step[] = [
  { what: 'Nobody is here', do: given({ kind: 'attract' }) },
  { what: 'Tab, Enter', do: key('Tab', 'Enter') },
  {
    what: 'A code is fetched',
    do: given({ kind: 'preparing', generation: 1, reason: 'request', replacedBecause: null }),
  },
  { what: 'The code is there', do: given(approval(OLD_CODE, 1)) },
  { what: 'A poll fails', do: given(approval(OLD_CODE, 1, { pollTrouble: 'provider-timeout' })) },
  { what: 'Polls work again', do: given(approval(OLD_CODE, 1)) },
  { what: 'Half a minute goes by', do: later(30) },
  { what: 'Less than a minute is left', do: later(60) },
  { what: 'The code is renewed', do: given(renewal()) },
  {
    what: 'Another code is there',
    do: given(approval(NEW_CODE, 2, { expiresAtMs: SCENE_NOW_MS + 900_000, replacedBecause: 'expired' })),
  },
  {
    what: 'Somebody has approved',
    do: given({ ...confirming(NAME), confirmByMs: SCENE_NOW_MS + 200_000 } as SessionState),
  },
  { what: 'Tab', do: key('Tab') },
  { what: 'Tab', do: key('Tab') },
  { what: 'Shift+Tab, Enter: it is them', do: key('Shift+Tab', 'Enter') },
  { what: 'The session is open', do: given(signedIn({ displayName: NAME, idleUntil: SCENE_NOW_MS + 200_000 })) },
  { what: 'Nobody uses the kiosk', do: later(80) },
  { what: 'Tab', do: key('Tab') },
  { what: 'The session is over', do: given({ kind: 'ended', reason: 'idle', untilMs: SCENE_NOW_MS + 300_000 }) },
  { what: 'Nobody is here', do: given({ kind: 'attract' }) },
]

/** Notes every text that the live region takes on, and a region that is put in another's place. Runs inside the page. */
function listen(): void {
  const heard: string[] = []
  let region: Element | null = null
  let text = ''
  const look = () => {
    const now = document.querySelector('[aria-live]')
    if (now === null) return
    if (region !== null && now !== region) heard.push('(another live region: nobody hears its first words)')
    region = now
    if (now.textContent !== text) heard.push(now.textContent ?? '')
    text = now.textContent ?? ''
  }
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
  look()
  Object.assign(window, { heard })
}

const takeHeard = (page: Page) =>
  page.evaluate(() => (window as unknown as { heard: string[] }).heard.splice(0).filter((text) => text !== ''))

/** Role and name of what has the focus, out of Chromium's accessibility tree, as a screen reader has them. */
async function focusOf(devTools: CDPSession): Promise<string> {
  // What was disabled loses the focus when the next frame is drawn.
  await devTools.send('Page.captureScreenshot', { format: 'jpeg', quality: 1 })
  const { nodes } = await devTools.send('Accessibility.getFullAXTree')
  const focused = nodes.find(
    ({ role, properties }) =>
      role?.value !== 'RootWebArea' &&
      properties?.some(({ name, value }) => name === 'focused' && value.value === true),
  )
  if (focused === undefined) return 'nothing'
  return focused.role?.value === 'main' ? 'the screen' : `${focused.role?.value} "${focused.name?.value}"`
}

export type Heard = { what: string; said: string[]; focus: string; readable: string }

/** What each step makes a screen reader say; `readable` is what it finds on the screen then. */
export async function playSignIn(gallery: GalleryPage): Promise<Heard[]> {
  const { page } = gallery
  passedMs = 0
  const devTools = await page.context().newCDPSession(page)
  await page.evaluate(listen)
  const heard: Heard[] = []
  for (const { what, do: play } of STEPS) {
    await play(gallery)
    const said = await takeHeard(page)
    heard.push({ what, said, focus: await focusOf(devTools), readable: await page.locator('main').ariaSnapshot() })
  }
  await devTools.detach()
  return heard
}

/** For people to read and to compare with. */
export function transcriptOf(heard: readonly Heard[]): string {
  let focus = ''
  let readable = ''
  const lines = heard.flatMap((step) => {
    const isMoved = step.focus !== focus
    const isNew = step.readable.replace(/\d+:\d\d/g, '') !== readable.replace(/\d+:\d\d/g, '')
    focus = step.focus
    readable = step.readable
    return [
      `== ${step.what}`,
      ...step.said.map((text) => `says    ${text}`),
      ...(step.said.length === 0 && !isMoved ? ['silent'] : []),
      ...(isMoved ? [`focus   ${step.focus}`] : []),
      ...(isNew ? ['reads', ...step.readable.split('\n').map((line) => `    ${line}`)] : []),
      '',
    ]
  })
  return lines.join('\n')
}
