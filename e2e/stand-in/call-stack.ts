/** What a page's script is doing, as `collectJavaScriptCallStack`: reads it from a pause that V8 makes inside the script. */
import type { ChromiumSession } from './chromium-connection.ts'
import type { Protocol } from './chromium-protocol.ts'
import { toElectronUrl } from './scheme-hosts.ts'

function describeFrames(
  frames: readonly Protocol.Debugger.CallFrame[],
  addresses: ReadonlyMap<string, string>,
): string {
  return frames
    .map(({ functionName, location }) => {
      const place = `${addresses.get(location.scriptId) ?? '<anonymous>'}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`
      return `    at ${functionName === '' ? place : `${functionName} (${place})`}`
    })
    .join('\n')
}

/**
 * @returns a function that resolves with the stack as Chromium writes it; like Electron's, never while no script runs. It
 * needs the debugger, which is there where the app asks about keys.
 */
export function followCallStack(session: ChromiumSession): () => Promise<string> {
  let waiting: PromiseWithResolvers<string> | null = null
  const addresses = new Map<string, string>()
  session.on('Debugger.scriptParsed', ({ scriptId, url }) => {
    if (url !== '') addresses.set(scriptId, toElectronUrl(url))
  })
  session.on('Debugger.paused', ({ callFrames }) => {
    if (callFrames[0]?.functionName !== 'askAboutKey') waiting?.resolve(describeFrames(callFrames, addresses))
  })
  return async () => {
    waiting ??= Promise.withResolvers()
    await session.send('Debugger.pause')
    return waiting.promise.finally(() => {
      waiting = null
    })
  }
}
