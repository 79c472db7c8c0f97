/** Runs an app's main script in this process as Electron's main process. Changes nothing of the script. */
import { createRequire, registerHooks } from 'node:module'
import { app } from './app.ts'
import { watchChildProcesses } from './child-processes.ts'
import { startControl } from './control.ts'
import { runtime } from './runtime.ts'

const ELECTRON_MODULES = ['electron', 'electron/main', 'electron/common']

function answerElectronModule(): void {
  const url = new URL('./electron-module.ts', import.meta.url).href
  registerHooks({
    resolve(specifier, context, nextResolve) {
      // Our own modules import the package's types only, which leave no import behind.
      return ELECTRON_MODULES.includes(specifier) ? { url, shortCircuit: true } : nextResolve(specifier, context)
    },
  })
}

/** Looks to the app like Electron's main process: its versions, its type, its arguments. */
function disguiseProcess(): void {
  const versions = { ...process.versions, electron: '0.0.0-stand-in', chrome: '0.0.0.0' }
  Object.defineProperty(process, 'versions', { value: Object.freeze(versions) })
  Object.defineProperty(process, 'type', { value: 'browser' })
  Object.defineProperty(process, 'defaultApp', { value: true })
  process.argv = process.argv.slice(1)
}

/** As Electron does where the app listens to no such errors: a box over everything, and the app lives on. */
function boxErrors(): void {
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') > 1) return
    console.error('electron stand-in: a box with "A JavaScript error occurred in the main process":', error)
  })
}

export function runMain(): void {
  boxErrors()
  answerElectronModule()
  disguiseProcess()
  const { mainFile } = runtime.appPackage
  startControl()
  void app.whenReady().then(watchChildProcesses)
  app.standInStart()
  try {
    createRequire(mainFile)(mainFile)
  } catch (error) {
    // Electron would show a box here too, over an app that never began: nothing is to be seen of one.
    console.error(error)
    process.exit(1)
  }
}
