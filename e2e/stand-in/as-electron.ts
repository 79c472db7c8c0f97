/** The one place where a stand-in object is handed to app code as Electron's type. Its missing parts throw when touched. */
import type { DownloadItem, IpcMainEvent, IpcMainInvokeEvent, Session, WebContents, WebFrameMain } from 'electron'
import type { StandInDownloadItem } from './download-item.ts'
import type { StandInEvent, StandInInvokeEvent } from './ipc-main.ts'
import type { StandInSession } from './session.ts'
import type { StandInWebContents } from './web-contents.ts'
import type { StandInWebFrameMain } from './web-frame-main.ts'

// Each cast below widens from the implemented part (checked by `implements Pick<…>`) to the whole interface: the guard
// in refuse-unknown.ts throws for the rest, which no type can say.
export const asWebContents = (webContents: StandInWebContents) => webContents as unknown as WebContents
export const asSession = (session: StandInSession) => session as unknown as Session
export const asWebFrameMain = (frame: StandInWebFrameMain) => frame as unknown as WebFrameMain
export const asDownloadItem = (item: StandInDownloadItem) => item as unknown as DownloadItem
export const asInvokeEvent = (event: StandInInvokeEvent) => event as unknown as IpcMainInvokeEvent
export const asIpcEvent = (event: StandInEvent) => event as unknown as IpcMainEvent
