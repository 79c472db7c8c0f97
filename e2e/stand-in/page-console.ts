/** Tells what a page writes to its console, and what goes wrong in it, as Electron's `console-message`. */
import type { WebContentsConsoleMessageEventParams } from 'electron'
import type { ChromiumSession } from './chromium-connection.ts'
import type { Protocol } from './chromium-protocol.ts'
import { createEvent } from './guarded-emitter.ts'
import { toElectronUrl } from './scheme-hosts.ts'
import type { StandInWebContents } from './web-contents.ts'

type Level = WebContentsConsoleMessageEventParams['level']

const DEPRECATED_LEVEL_NUMBERS: Readonly<Record<Level, number>> = { debug: 0, info: 1, warning: 2, error: 3 }

function levelOf(chromiumName: string): Level {
  if (chromiumName === 'error' || chromiumName === 'assert') return 'error'
  if (chromiumName === 'warning') return 'warning'
  return chromiumName === 'debug' || chromiumName === 'verbose' ? 'debug' : 'info'
}

function textOf({ value, unserializableValue, description }: Protocol.Runtime.RemoteObject): string {
  return value === undefined ? (unserializableValue ?? description ?? 'undefined') : String(value)
}

export function followConsole(session: ChromiumSession, webContents: StandInWebContents): void {
  const tell = (level: Level, message: string, lineNumber: number, chromiumUrl: string) => {
    const sourceId = toElectronUrl(chromiumUrl)
    const event = createEvent({ message, level, lineNumber, sourceId, frame: webContents.mainFrame })
    webContents.emit('console-message', event, DEPRECATED_LEVEL_NUMBERS[level], message, lineNumber, sourceId)
  }
  session.on('Runtime.consoleAPICalled', ({ type, args, stackTrace }) => {
    const caller = stackTrace?.callFrames[0]
    tell(levelOf(type), args.map(textOf).join(' '), (caller?.lineNumber ?? 0) + 1, caller?.url ?? '')
  })
  session.on('Runtime.exceptionThrown', ({ exceptionDetails: { text, exception, lineNumber, url = '' } }) => {
    tell('error', `${text} ${exception?.description ?? ''}`.trim(), lineNumber + 1, url)
  })
  session.on('Log.entryAdded', ({ entry: { level, text, lineNumber = 0, url = '' } }) => {
    tell(levelOf(level), text, lineNumber + 1, url)
  })
}
