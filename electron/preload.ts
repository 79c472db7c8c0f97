/** Puts `window.kiosk` into the page. Exposes these calls and nothing else of Electron. */
import { contextBridge, ipcRenderer } from 'electron'
import {
  GET_VIEW_CHANNEL,
  PAINTED_CHANNEL,
  SEND_CHANNEL,
  SUPPORT_REQUESTED_CHANNEL,
  TECHNICIAN_ACT_CHANNEL,
  TECHNICIAN_ANSWER_CHANNEL,
  TECHNICIAN_CHALLENGE_CHANNEL,
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
  askTechnicianChallenge: () => ipcRenderer.invoke(TECHNICIAN_CHALLENGE_CHANNEL),
  answerTechnicianChallenge: (given) => ipcRenderer.invoke(TECHNICIAN_ANSWER_CHANNEL, given),
  actAsTechnician: (act) => ipcRenderer.invoke(TECHNICIAN_ACT_CHANNEL, act),
  onSupportRequested(listener) {
    const relay = () => listener()
    ipcRenderer.on(SUPPORT_REQUESTED_CHANNEL, relay)
    return () => {
      ipcRenderer.removeListener(SUPPORT_REQUESTED_CHANNEL, relay)
    }
  },
}

contextBridge.exposeInMainWorld('kiosk', bridge)
