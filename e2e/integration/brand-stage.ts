/** The built kiosk page in a real Chromium, with a bridge that plays the helper, and a server that counts. No policy protects it. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Brand, type LogoType, plainBrand } from '../../contract/brand.ts'
import { DEFAULT_SCREEN_SETTINGS } from '../../contract/screen-settings.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { KioskView } from '../../contract/window-bridge.ts'
import { findChromium } from '../../scripts/find-chromium.mjs'

const PAGE_FOLDER = join(import.meta.dirname, '..', '..', 'dist', 'renderer')
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
}
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
]

/** What the page's stand-in for the bridge can be told. */
type Told = { tell(view: KioskView): void; logos: Record<string, string> }

export type BrandStage = {
  origin: string
  browser: Browser
  /** The kiosk's page. */
  page: Page
  /** What was asked for below `/hit/`, sorted. */
  hits(): string[]
  /** Serves a text as a file from now on. */
  serve(path: string, text: string): void
  /** Tells the page of another brand. */
  show(brand: Partial<Brand>, logo?: { type: LogoType; bytes: Buffer }): Promise<void>
  close(): Promise<void>
}

function viewOf(brand: Brand): KioskView {
  const snapshot: KioskSnapshot = {
    sequence: 1,
    clock: { monotonicMs: 0, epochMs: 0 },
    helper: { version: '0.1.0', processId: 1, startedAtEpochMs: 0 },
    device: { id: 'DR-0042', activation: null },
    display: { brand, kioskName: 'Main lobby', place: 'Building 4', languages: ['en'] },
    bundle: null,
    vault: 'tmpfs',
    session: { kind: 'attract' },
    screen: DEFAULT_SCREEN_SETTINGS,
    app: null,
    painted: null,
  }
  return { kind: 'linked', snapshot, app: 'closed' }
}

/** Runs in the page before its own script. */
function playBridge(first: KioskView): void {
  let listener: (view: KioskView) => void = () => {}
  const told: Told = { tell: (view) => listener(view), logos: {} }
  const kiosk = {
    getView: async () => first,
    onView: (heard: typeof listener) => {
      listener = heard
      return () => {}
    },
    getLogoPart: async ({ sha256 }: { sha256: string }) => {
      const bytes = told.logos[sha256]
      return bytes === undefined ? { kind: 'gone' } : { kind: 'part', bytes, nextOffset: null }
    },
    painted: async () => {},
    placeApp: async () => {},
    send: async () => ({ accepted: true }),
    onSupportRequested: () => () => {},
  }
  Object.assign(window, { kiosk, told })
}

export async function openBrandStage(): Promise<BrandStage> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium: run "npm run setup"')
  const hits = new Set<string>()
  const files = new Map<string, string>()
  const server = createServer(async (request, answer) => {
    const path = new URL(request.url ?? '/', 'http://stage').pathname
    if (path.startsWith('/hit/')) hits.add(path.slice('/hit/'.length))
    const content = files.get(path) ?? (await readFile(join(PAGE_FOLDER, path)).catch(() => null))
    answer.writeHead(content === null ? 404 : 200, { 'Content-Type': MEDIA_TYPES[extname(path)] ?? 'text/plain' })
    answer.end(content ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS })
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  await page.addInitScript(playBridge, viewOf(plainBrand('Contoso Reception')))
  await page.goto(`${origin}/index.html`)
  await page.locator('main[data-screen="attract"]').waitFor()
  return {
    origin,
    browser,
    page,
    hits: () => [...hits].sort(),
    serve: (path, text) => void files.set(path, text),
    async show(changes, logo) {
      const sha256 = logo ? createHash('sha256').update(logo.bytes).digest('hex') : ''
      const brand = {
        ...plainBrand('Contoso Reception'),
        logo: logo ? { type: logo.type, sha256 } : null,
        ...changes,
      }
      await page.evaluate(
        ({ view, id, bytes }) => {
          const { told } = window as unknown as { told: Told }
          if (bytes !== null) told.logos[id] = bytes
          told.tell(view)
        },
        { view: viewOf(brand), id: sha256, bytes: logo?.bytes.toString('base64') ?? null },
      )
    },
    async close() {
      await browser.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
