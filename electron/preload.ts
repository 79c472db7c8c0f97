/** Puts `window.kiosk` into the page. Exposes these calls and nothing else of Electron. */
import { contextBridge, ipcRenderer } from 'electron'
import * as channels from '../contract/bridge-channels.ts'
import type { KioskBridge, KioskView } from '../contract/window-bridge.ts'

/** Answers how to stop; the page never sees Electron's event. */
function listen<T extends unknown[]>(channel: string, listener: (...given: T) => void): () => void {
  const relay = (_event: unknown, ...given: unknown[]) => listener(...(given as T))
  ipcRenderer.on(channel, relay)
  return () => void ipcRenderer.removeListener(channel, relay)
}

const bridge: KioskBridge = {
  getView: () => ipcRenderer.invoke(channels.GET_VIEW_CHANNEL),
  onView: (listener) => listen<[KioskView]>(channels.VIEW_CHANGED_CHANNEL, (view) => listener(view)),
  send: (command) => ipcRenderer.invoke(channels.SEND_CHANNEL, command),
  getLogoPart: (request) => ipcRenderer.invoke(channels.GET_LOGO_PART_CHANNEL, request),
  painted: (report) => ipcRenderer.invoke(channels.PAINTED_CHANNEL, report),
  placeApp: (area) => ipcRenderer.invoke(channels.PLACE_APP_CHANNEL, area),
  askTechnicianChallenge: () => ipcRenderer.invoke(channels.TECHNICIAN_CHALLENGE_CHANNEL),
  answerTechnicianChallenge: (given) => ipcRenderer.invoke(channels.TECHNICIAN_ANSWER_CHANNEL, given),
  actAsTechnician: (act) => ipcRenderer.invoke(channels.TECHNICIAN_ACT_CHANNEL, act),
  readSupportStatus: () => ipcRenderer.invoke(channels.SUPPORT_STATUS_CHANNEL),
  readSupportDiagnostics: () => ipcRenderer.invoke(channels.SUPPORT_DIAGNOSTICS_CHANNEL),
  supportChecks: (request) => ipcRenderer.invoke(channels.SUPPORT_CHECKS_CHANNEL, request),
  onSupportRequested: (listener) => listen(channels.SUPPORT_REQUESTED_CHANNEL, () => listener()),
}

contextBridge.exposeInMainWorld('kiosk', bridge)
