/** Who is answered by `window.kiosk`, asked as Electron asks: by the frame that a message came from, which no page can forge. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { GET_VIEW_CHANNEL, SEND_CHANNEL } from '../contract/bridge-channels.ts'
import type { HelperLink } from './helper-link.ts'
import type { ReceptionApp } from './reception-app.ts'

type Handler = (event: object, ...args: unknown[]) => unknown
const handlers = vi.hoisted(() => new Map<string, Handler>())
vi.mock('electron', () => ({
  ipcMain: { handle: (channel: string, handler: Handler) => void handlers.set(channel, handler) },
}))
const { serveBridge } = await import('./bridge.ts')

const HOME = 'app://kiosk/index.html'
const reception = { state: vi.fn(), place: vi.fn() }
const link = { view: vi.fn(() => ({ kind: 'unlinked', everLinked: false })), ask: vi.fn(), reportPainted: vi.fn() }

function invoke(senderFrame: object | null, channel: string, ...args: unknown[]): unknown {
  const handler = handlers.get(channel)
  if (!handler) throw new Error(`nobody serves ${channel}`)
  return handler({ senderFrame }, ...args)
}

describe('the bridge', () => {
  beforeEach(() => {
    handlers.clear()
    vi.clearAllMocks()
    // Of the link these calls use no more.
    serveBridge(link as unknown as HelperLink, reception as unknown as ReceptionApp, {
      onPainted: vi.fn(),
      onAct: vi.fn(),
    })
  })

  it('the bridge answers the kiosk’s page', () => {
    expect(invoke({ parent: null, url: HOME }, GET_VIEW_CHANNEL)).toMatchObject({ kind: 'unlinked' })
  })

  it.each([
    ...[
      'https://evil.test/',
      'app://kiosk.evil/index.html',
      'blob:app://kiosk/1',
      'data:text/html,x',
      'about:blank',
      '',
    ],
    ...['file:///index.html', 'app://user@kiosk/index.html', 'app://kiosk:1/index.html', 'https://app//kiosk/'],
  ])('the bridge answers no page at %s', (url) => {
    expect(() => invoke({ parent: null, url }, GET_VIEW_CHANNEL)).toThrow('the bridge serves the kiosk’s own page only')
  })

  it.each(['kiosk:support-status', 'kiosk:support-diagnostics', 'kiosk:support-checks'])(
    'the bridge answers %s to the kiosk’s page alone, and passes on nothing that it should not say',
    (channel) => {
      const args = channel === 'kiosk:support-checks' ? [{ run: true }] : []
      const foreign = { parent: null, url: 'https://reception.example/' }
      expect(() => invoke(foreign, channel, ...args)).toThrow('own page only')
      expect(() => invoke({ parent: null, url: HOME }, channel, { run: true, grant: 1 })).toThrow(`${channel}: [`)
      expect(link.ask).not.toHaveBeenCalled()
      invoke({ parent: null, url: HOME }, channel, ...args)
      expect(link.ask).toHaveBeenCalledOnce()
    },
  )

  it('the bridge answers no frame within a page, and no frame that is gone', () => {
    const page = { parent: null, url: HOME }
    expect(() => invoke({ parent: page, url: HOME }, GET_VIEW_CHANNEL)).toThrow('own page only')
    expect(() => invoke(null, GET_VIEW_CHANNEL)).toThrow('own page only')
  })

  it.each([
    ['another command', '{"kind":"wipe"}'],
    ['a polluted prototype', '{"kind":"touch","__proto__":{"polluted":1}}'],
    ['a polluted constructor', '{"kind":"touch","constructor":{"prototype":{"polluted":1}}}'],
    ['a command that is only inherited', '{"__proto__":{"kind":"touch"}}'],
    ['nothing', 'null'],
  ])('the bridge hands the helper nothing of a message with %s', (_what, json) => {
    expect(() => invoke({ parent: null, url: HOME }, SEND_CHANNEL, JSON.parse(json))).toThrow('kiosk:send: [')
    expect(() => invoke({ parent: null, url: HOME }, SEND_CHANNEL, { kind: 'touch' }, JSON.parse(json))).toThrow()
    expect(link.ask).not.toHaveBeenCalled()
    expect({}).not.toHaveProperty('polluted')
  })
})
