/** A camera before the kiosk's glass, which stays through every death of what is behind it. Never touches anything. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'
import { judgePicture, type PictureVerdict } from './picture-judge.ts'

const LOOK_EVERY_MS = 100
/** A page that lives answers at once; one that hangs must not stop the camera. */
const LOOK_LIMIT_MS = 1_500
/** A tenth is enough to tell a white screen from any other. */
const SCALE = 0.1

/** What is to be seen at one moment. */
export type Look = {
  atMs: number
  verdict: PictureVerdict
  /** `data-screen` and `data-generation` of a page that still draws frames; null for any other. */
  screen: { kind: string; generation: number | null; words: string } | null
}

export type Glass = {
  /** Called with each look; answers how to stop. */
  onLook(listener: (look: Look) => void): () => void
  /** Presses a button as soon as it is there. */
  press(name: string): Promise<void>
  close(): Promise<void>
}

type Eye = { browser: Browser; page: Page; devTools: CDPSession }

function within<T>(work: Promise<T>, limitMs = LOOK_LIMIT_MS): Promise<T> {
  const giveUp = new AbortController()
  const limit = sleep(limitMs, undefined, { signal: giveUp.signal }).then(() => {
    throw new Error(`no answer within ${limitMs} ms`)
  })
  return Promise.race([work, limit]).finally(() => giveUp.abort())
}

async function openEye(shellDataFolder: string): Promise<Eye> {
  const [port] = (await readFile(join(shellDataFolder, 'DevToolsActivePort'), 'utf8')).split('\n')
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: LOOK_LIMIT_MS })
  try {
    const page = browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((candidate) => candidate.url().includes('kiosk'))
    if (!page) throw new Error('the shell has no page yet')
    return { browser, page, devTools: await within(page.context().newCDPSession(page)) }
  } catch (error) {
    await browser.close()
    throw error
  }
}

async function look({ page, devTools }: Eye): Promise<Look> {
  const { width, height } = page.viewportSize() ?? { width: 1920, height: 1080 }
  const { data } = await within(
    devTools.send('Page.captureScreenshot', { clip: { x: 0, y: 0, width, height, scale: SCALE }, fromSurface: true }),
  )
  const atMs = performance.now()
  const verdict = judgePicture(Buffer.from(data, 'base64'))
  const screen = await within(
    page.evaluate(async () => {
      await new Promise(requestAnimationFrame)
      const main = document.querySelector<HTMLElement>('main[data-screen]')
      if (!main) return null
      const { screen: kind = '', generation } = main.dataset
      return { kind, generation: generation === undefined ? null : Number(generation), words: main.innerText }
    }),
  )
  return { atMs, verdict, screen }
}

export function openGlass(shellDataFolder: string): Glass {
  const closing = new AbortController()
  const listeners = new Set<(look: Look) => void>()
  let eye: Eye | null = null

  async function watch(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        eye ??= await openEye(shellDataFolder)
        const seen = await look(eye)
        for (const listener of [...listeners]) listener(seen)
      } catch {
        // Whatever died took the connection along, or will not answer it: look again with another.
        await eye?.browser.close()
        eye = null
      }
      await sleep(LOOK_EVERY_MS)
    }
    await eye?.browser.close()
  }
  const watching = watch()

  return {
    onLook(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async press(name) {
      const deadlineMs = performance.now() + 20_000
      for (;;) {
        try {
          if (!eye) throw new Error('no page is on the glass')
          return await eye.page.getByRole('button', { name }).click({ timeout: 2_000 })
        } catch (error) {
          if (performance.now() > deadlineMs) throw error
          await sleep(LOOK_EVERY_MS)
        }
      }
    },
    async close() {
      closing.abort()
      await watching
    },
  }
}
