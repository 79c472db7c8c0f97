/** What crosses between page, preload and main process, and what must not. */
import { describe, expect, it } from 'vitest'
import { runFixture } from './fixtures/run-fixture.ts'

const PRELOAD = `
const { contextBridge, ipcRenderer } = require('electron')
class Point { constructor() { this.x = 1 } move() {} }
const listeners = new Set()
ipcRenderer.on('ticked', (event, ...args) => { for (const listener of listeners) listener(...args) })
globalThis.secretOfPreload = 'secret'
contextBridge.exposeInMainWorld('kiosk', {
  report: (name, value) => ipcRenderer.send('report', name, value),
  echo: (value) => value,
  typeOf: (value) => Object.prototype.toString.call(value) + ' ' + (value instanceof Object),
  point: () => new Point(),
  map: () => new Map([[1, new Date(0)]]),
  symbol: () => Symbol('x'),
  fail: () => { throw new RangeError('too far') },
  failLater: async () => { throw new Error('later') },
  invoke: (channel, ...args) => ipcRenderer.invoke(channel, ...args),
  onTick: (listener) => { listeners.add(listener); return () => listeners.delete(listener) },
  callTwice: (callback) => callback(callback(1)),
  nested: { list: [{ deep: () => 'deep' }] },
})
`

/** An expression in the page, and what it is worth there. */
const CASES: { name: string; expression: string; value: unknown }[] = [
  {
    name: 'window.kiosk is there before the first script of the page',
    expression: 'kioskAtFirstScript',
    value: 'object',
  },
  { name: 'the page has no require', expression: 'typeof require', value: 'undefined' },
  { name: 'the page has no process', expression: 'typeof process', value: 'undefined' },
  { name: 'the page has no ipcRenderer', expression: 'typeof ipcRenderer', value: 'undefined' },
  { name: 'globals of the preload stay in its world', expression: 'typeof secretOfPreload', value: 'undefined' },
  { name: 'globals of the page stay in its world', expression: 'kiosk.typeOf({}) ', value: '[object Object] true' },
  { name: 'no binding or receiver is among the globals', expression: 'strangeGlobals().join()', value: '' },
  {
    name: 'functions do not show the code of the preload',
    expression: '/ipcRenderer|binding/.test(kiosk.invoke)',
    value: false,
  },
  { name: 'the bridge cannot be replaced', expression: 'replaced()', value: false },
  { name: 'the bridge is frozen in depth', expression: 'Object.isFrozen(kiosk.nested.list[0])', value: true },
  { name: 'functions deep in arrays can be called', expression: 'kiosk.nested.list[0].deep()', value: 'deep' },
  {
    name: 'objects are copied',
    expression: '(() => { const o = { a: 1 }; return kiosk.echo(o) === o })()',
    value: false,
  },
  {
    name: 'a class instance loses its prototype',
    expression: 'typeof kiosk.point().move + kiosk.point().x',
    value: 'undefined1',
  },
  { name: 'a Map and a Date keep their kind', expression: 'kiosk.map().get(1).getTime()', value: 0 },
  { name: 'undefined stays undefined', expression: "'a' in kiosk.echo({ a: undefined })", value: true },
  { name: 'a callback is called back, in time', expression: 'kiosk.callTwice((value) => value + 1)', value: 3 },
  {
    name: 'a function comes back as itself',
    expression: '(() => { const f = () => 1; return kiosk.echo(f) === f })()',
    value: true,
  },
  { name: 'an error keeps its message only', expression: 'caught(() => kiosk.fail())', value: 'Error: too far' },
  { name: 'a rejection crosses too', expression: 'rejected(kiosk.failLater())', value: 'Error: later' },
  {
    name: 'a symbol cannot cross',
    expression: 'caught(() => kiosk.symbol())',
    value: 'Error: An object could not be cloned.',
  },
  {
    name: 'an element cannot cross',
    expression: 'caught(() => kiosk.echo(document.body))',
    value: 'Error: An object could not be cloned.',
  },
  {
    name: 'invoke carries arguments and answer',
    expression: "kiosk.invoke('sum', 1, { list: [2, undefined, null] })",
    value: { sum: 1, got: '{"list":[2,null,null]}', hole: true },
  },
  {
    name: 'a handler’s error has the shape of Electron’s',
    expression: "rejected(kiosk.invoke('broken'))",
    value: "Error: Error invoking remote method 'broken': TypeError: no",
  },
  {
    name: 'an unknown channel is refused',
    expression: "rejected(kiosk.invoke('nobody'))",
    value: "Error: Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
  },
  {
    name: 'a function cannot be sent',
    expression: "rejected(kiosk.invoke('sum', () => 1))",
    value: 'Error: An object could not be cloned.',
  },
  {
    name: 'what JSON would bend is refused',
    expression: "rejected(kiosk.invoke('sum', new Date(0)))",
    value: 'Error: electron stand-in: IPC cannot carry a Date faithfully',
  },
  { name: 'a later change of Promise and Function is not seen', expression: 'spied()', value: '' },
  { name: 'main pushes to a listener until it is stopped', expression: 'ticks()', value: ['tick', { n: 1 }] },
  {
    name: 'the sender is known by the URL of the app',
    expression: "kiosk.invoke('sender')",
    value: { url: 'app://kiosk/index.html', origin: 'app://kiosk', parent: null, isTop: true, isWindow: true },
  },
]

const PAGE = `
const kioskAtFirstScript = typeof window.kiosk
const caught = (work) => { try { return work() } catch (error) { return String(error) } }
const rejected = (promise) => promise.then(() => 'resolved', String)
const strangeGlobals = () => Object.getOwnPropertyNames(window).filter((name) => /_[0-9a-f]{8}|stand/i.test(name))
const replaced = () => { try { window.kiosk = 1; delete window.kiosk } catch {} return window.kiosk === 1 || !window.kiosk }
const ticks = async () => {
  const seen = []
  const first = new Promise((resolve) => { globalThis.stop = kiosk.onTick((...args) => { seen.push(...args); resolve() }) })
  await kiosk.invoke('tick'); await first; stop(); await kiosk.invoke('tick')
  return seen
}
const spied = async () => {
  const seen = []
  const originals = { apply: Reflect.apply, dispatch: EventTarget.prototype.dispatchEvent, event: CustomEvent, then: Promise.prototype.then }
  Reflect.apply = (...args) => { seen.push('apply'); return originals.apply(...args) }
  EventTarget.prototype.dispatchEvent = function () { seen.push('dispatch'); return true }
  window.CustomEvent = class { constructor() { seen.push('event') } }
  kiosk.echo({ a: [1] })
  Reflect.apply = originals.apply; EventTarget.prototype.dispatchEvent = originals.dispatch; window.CustomEvent = originals.event
  return seen.join()
}
const run = async () => {
  const cases = [${CASES.map(({ expression }) => `async () => (${expression})`).join(', ')}]
  const values = []
  for (const work of cases) {
    try { values.push(await work()) } catch (error) { values.push('THREW ' + error) }
  }
  kiosk.report('values', values)
}
run()
`

describe('the bridge', { timeout: 30_000 }, () => {
  it('carries what contextBridge carries, and nothing else', async () => {
    const fixture = runFixture({
      preload: PRELOAD,
      page: PAGE,
      beforeReady: `
        ipcMain.handle('sum', (event, number, extra) => ({ sum: number, got: JSON.stringify(extra), hole: extra.list[1] === undefined }))
        ipcMain.handle('broken', () => { throw new TypeError('no') })
        ipcMain.handle('tick', (event) => { event.sender.send('ticked', 'tick', { n: 1 }) })
        ipcMain.handle('sender', ({ sender, senderFrame: { url, origin, parent, top } }) => ({
          url, origin, parent, isTop: top.parent === null, isWindow: sender === BrowserWindow.getAllWindows()[0].webContents }))`,
    })
    const values = await fixture.reported('values')
    const expected = Object.fromEntries(CASES.map(({ name, value }) => [name, value]))
    expect(Object.fromEntries(CASES.map(({ name }, index) => [name, Array.isArray(values) && values[index]]))).toEqual(
      expected,
    )
  })

  const PRELOAD_RULES = [
    { name: 'fs', answer: 'module not found: fs' },
    { name: 'node:child_process', answer: 'module not found: node:child_process' },
    { name: './helper.cjs', answer: 'module not found: ./helper.cjs' },
    { name: 'electron', answer: 'object' },
    { name: 'events', answer: 'function' },
    { name: 'timers', answer: 'object' },
    { name: 'node:url', answer: 'object' },
  ]
  it('lets a sandboxed preload require four modules and touch known APIs only', async () => {
    const fixture = runFixture({
      preload: `
        const { contextBridge, ipcRenderer, webFrame } = require('electron')
        const answers = ${JSON.stringify(PRELOAD_RULES.map(({ name }) => name))}.map((name) => {
          try { return typeof require(name) } catch (error) { return error.message }
        })
        const refused = [() => ipcRenderer.sendSync('x'), () => webFrame.executeJavaScript('1'), () => require('electron').clipboard, () => process.cwd()]
          .map((work) => { try { work(); return 'allowed' } catch (error) { return error.message } })
        ipcRenderer.send('report', 'rules', { answers, refused, sandboxed: process.sandboxed, buffer: typeof Buffer })`,
    })
    expect(await fixture.reported('rules')).toEqual({
      answers: PRELOAD_RULES.map(({ answer }) => answer),
      refused: [
        'electron stand-in: ipcRenderer.sendSync is not implemented',
        'electron stand-in: webFrame.executeJavaScript is not implemented',
        'electron stand-in: electron (preload).clipboard is not implemented',
        'electron stand-in: process (preload).cwd is not implemented',
      ],
      sandboxed: true,
      buffer: 'undefined',
    })
  })

  it.each([
    { what: 'throws', preload: `throw new TypeError('broken preload')`, message: 'broken preload' },
    { what: 'is not JavaScript', preload: 'const = 1', message: "Unexpected token '='" },
    { what: 'requires what it may not', preload: `require('node:fs')`, message: 'module not found: node:fs' },
  ])('tells of a preload that $what', async ({ preload, message }) => {
    const fixture = runFixture({
      preload,
      withWindow: `window.webContents.on('preload-error', (event, path, error) => report('preload-error', error.message))`,
    })
    expect(await fixture.reported('preload-error')).toBe(message)
  })

  it('gives a frame inside the page no preload', async () => {
    const fixture = runFixture({
      page: `
        const frame = document.createElement('iframe')
        frame.src = '/inner.html?inner'
        if (window === top) {
          frame.onload = () => kiosk.report('inner', typeof frame.contentWindow.kiosk)
          document.body.append(frame)
        }`,
    })
    expect(await fixture.reported('inner')).toBe('undefined')
  })
})
