/** How every fuse of the packaged Electron is set, and why: the one list. Written by flip-fuses.mjs, held by verify-package.mjs. */
import { FuseV1Options } from '@electron/fuses'

/** In the order of Electron's wire. A fuse that is not here fails the package: somebody has to decide about it. */
export const FUSES = [
  { name: 'RunAsNode', on: false, why: 'the shell’s executable must not serve as a Node that runs any script' },
  {
    name: 'EnableCookieEncryption',
    on: true,
    why: 'whatever a page leaves on disk is sealed by the system’s keychain',
  },
  {
    name: 'EnableNodeOptionsEnvironmentVariable',
    on: false,
    why: 'NODE_OPTIONS and NODE_EXTRA_CA_CERTS change nothing',
  },
  { name: 'EnableNodeCliInspectArguments', on: false, why: 'neither --inspect nor SIGUSR1 opens a debugger' },
  {
    name: 'EnableEmbeddedAsarIntegrityValidation',
    on: true,
    why: 'a changed app.asar does not start (Windows, macOS)',
  },
  { name: 'OnlyLoadAppFromAsar', on: true, why: 'no folder laid beside app.asar takes its place' },
  // On, the main process would look for browser_v8_context_snapshot.bin, which Electron does not ship, and not start.
  { name: 'LoadBrowserProcessSpecificV8Snapshot', on: false, why: 'there is no snapshot of the main process’s own' },
  { name: 'GrantFileProtocolExtraPrivileges', on: false, why: 'no page comes from file:, so none needs more there' },
  // Off, WebAssembly checks every access in software: slower, and no safer. The kiosk's own page may not run any.
  { name: 'WasmTrapHandlers', on: true, why: 'as Electron ships it: the hosted app may use WebAssembly' },
]

/** @returns {Record<number, boolean>} what `flipFuses` takes: the number of each fuse on the wire, and its setting */
export function fuseSettings() {
  return Object.fromEntries(FUSES.map(({ name, on }) => [FuseV1Options[name], on]))
}
