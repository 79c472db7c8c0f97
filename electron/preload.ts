/** Puts `window.kiosk` into the page. Exposes these five calls and nothing else of Electron. */
import { contextBridge, ipcRenderer } from 'electron'
import {
  GET_VIEW_CHANNEL,
  PAINTED_CHANNEL,
  PLACE_APP_CHANNEL,
  SEND_CHANNEL,
  VIEW_CHANGED_CHANNEL,
} from '../contract/bridge-channels.ts'
import type { KioskBridge, KioskView } from '../contract/window-bridge.ts'

const bridge: KioskBridge = {
  getView: () => ipcRenderer.invoke(GET_VIEW_CHANNEL),
  onView(listener) {
    const relay = (_event: unknown, view: KioskView) => listener(view)
    ipcRenderer.on(VIEW_CHANGED_CHANNEL, relay)
    return () => {
      ipcRenderer.removeListener(VIEW_CHANGED_CHANNEL, relay)
    }
  },
  send: (command) => ipcRenderer.invoke(SEND_CHANNEL, command),
  painted: (report) => ipcRenderer.invoke(PAINTED_CHANNEL, report),
  placeApp: (area) => ipcRenderer.invoke(PLACE_APP_CHANNEL, area),
}

contextBridge.exposeInMainWorld('kiosk', bridge)
