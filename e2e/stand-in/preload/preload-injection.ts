/** Builds the two scripts that give a page its preload: one for the page's world, one for the preload's. Runs neither. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Script } from 'node:vm'
import { refuseUnknown } from '../refuse-unknown.ts'
import { decodeIpc, encodeIpc } from './ipc-codec.ts'
import { awaitPreload } from './page-world.ts'
import { type PreloadSettings, runPreload } from './preload-world.ts'
import { openWorldPort } from './world-port.ts'

export type PreloadInjection = {
  worldName: string
  bindingName: string
  receiverName: string
  pageScript: string
  preloadScript: string
}

// The parameters of a sandboxed preload in Electron, lib/sandboxed_renderer/preload.ts.
const PARAMETERS = 'require, process, global, setImmediate, clearImmediate, exports, module'

/**
 * Reads the preload and wraps it.
 *
 * @throws what reading the file throws, or a SyntaxError: Electron reports both as `preload-error`
 */
export function buildPreloadInjection(preloadPath: string, additionalArguments: readonly string[]): PreloadInjection {
  const wrapped = `(function (${PARAMETERS}) {${readFileSync(preloadPath, 'utf8')}\n})`
  // A syntax error must be told as the preload's own, so it is looked for before the text joins ours.
  new Script(wrapped, { filename: preloadPath })
  const secret = randomBytes(16).toString('hex')
  const settings: PreloadSettings = {
    bindingName: `binding_${secret}`,
    receiverName: `receiver_${secret}`,
    meetingEvent: `meeting_${secret}`,
    process: {
      platform: process.platform,
      arch: process.arch,
      versions: Object.fromEntries(Object.entries(process.versions).map(([name, version]) => [name, version ?? ''])),
      env: process.env,
      argv: [process.argv[0] ?? '', ...additionalArguments],
    },
  }
  const tools = `{ openWorldPort: ${openWorldPort}, refuseUnknown: ${refuseUnknown}, encodeIpc: ${encodeIpc}, decodeIpc: ${decodeIpc} }`
  return {
    worldName: 'Electron Isolated Context',
    bindingName: settings.bindingName,
    receiverName: settings.receiverName,
    pageScript: `'use strict'; (${awaitPreload})(${openWorldPort}, ${JSON.stringify(settings.meetingEvent)})`,
    preloadScript: `(${runPreload})(${tools}, ${JSON.stringify(settings)}, ${wrapped})`,
  }
}
