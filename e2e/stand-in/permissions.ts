/**
 * Decides what an origin may do by asking the app's permission handlers for every permission. Denies only what both
 * handlers deny: in Electron a request and a check are asked apart, so either one left open is a way in.
 */
import type { Session } from 'electron'
import { asWebContents } from './as-electron.ts'
import type { Protocol } from './chromium-protocol.ts'
import { electronOriginOf, toElectronUrl } from './scheme-hosts.ts'
import type { StandInWebContents } from './web-contents.ts'

export type RequestHandler = Parameters<Session['setPermissionRequestHandler']>[0]
export type CheckHandler = Parameters<Session['setPermissionCheckHandler']>[0]
type Permission = Parameters<NonNullable<RequestHandler>>[1]
type PermissionQuestion = { permission: Permission; mediaType?: 'video' | 'audio' }

/** Chromium's name for what Electron asks its handlers about. */
const QUESTIONS: Partial<Record<Protocol.Browser.PermissionType, PermissionQuestion>> = {
  videoCapture: { permission: 'media', mediaType: 'video' },
  audioCapture: { permission: 'media', mediaType: 'audio' },
  geolocation: { permission: 'geolocation' },
  notifications: { permission: 'notifications' },
  clipboardReadWrite: { permission: 'clipboard-read' },
  clipboardSanitizedWrite: { permission: 'clipboard-sanitized-write' },
  midi: { permission: 'midi' },
  midiSysex: { permission: 'midiSysex' },
  displayCapture: { permission: 'display-capture' },
  idleDetection: { permission: 'idle-detection' },
  wakeLockScreen: { permission: 'screen-wake-lock' },
  wakeLockSystem: { permission: 'system-wake-lock' },
  windowManagement: { permission: 'window-management' },
  storageAccess: { permission: 'storage-access' },
  localFonts: { permission: 'local-fonts' },
  pointerLock: { permission: 'pointerLock' },
  keyboardLock: { permission: 'keyboardLock' },
  sensors: { permission: 'sensors' },
  speakerSelection: { permission: 'speaker-selection' },
  durableStorage: { permission: 'persistent-storage' },
  backgroundSync: { permission: 'background-sync' },
  backgroundFetch: { permission: 'background-fetch' },
  periodicBackgroundSync: { permission: 'periodic-background-sync' },
  paymentHandler: { permission: 'payment-handler' },
  nfc: { permission: 'nfc' },
}
// `satisfies` above would lose the optional mediaType; the keys are Chromium's by the Record type.
const ALL_PERMISSIONS = Object.keys(QUESTIONS) as Protocol.Browser.PermissionType[]

// A handler that has not called back by then leaves the person before a prompt that never comes.
const CALLBACK_WAIT_MS = 1_000

function askRequestHandler(
  handler: NonNullable<RequestHandler>,
  webContents: StandInWebContents,
  permission: Permission,
  details: Parameters<NonNullable<RequestHandler>>[3],
): Promise<boolean> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => resolve(false), CALLBACK_WAIT_MS)
    const callback = (granted: boolean) => {
      clearTimeout(giveUp)
      resolve(granted)
    }
    handler(asWebContents(webContents), permission, callback, details)
  })
}

/** Whether an address may go to another program. Without a handler it may, as in Electron. */
export async function askToOpenExternal(
  handler: RequestHandler,
  webContents: StandInWebContents,
  externalURL: string,
  isMainFrame: boolean,
): Promise<boolean> {
  const details = { externalURL, isMainFrame, requestingUrl: webContents.getURL() }
  return handler === null || (await askRequestHandler(handler, webContents, 'openExternal', details))
}

/**
 * The permissions to grant to the origin of `chromiumUrl`; all others are to be denied.
 *
 * Electron asks when the page asks. Chromium wants to know beforehand, so the handlers are asked at every load.
 */
export async function grantedPermissions(
  handlers: { request: RequestHandler; check: CheckHandler },
  webContents: StandInWebContents,
  chromiumUrl: string,
): Promise<Protocol.Browser.PermissionType[]> {
  const { request, check } = handlers
  if (request === null && check === null) return ALL_PERMISSIONS
  const requestingUrl = toElectronUrl(chromiumUrl)
  const origin = electronOriginOf(chromiumUrl)
  const answers = await Promise.all(
    Object.values(QUESTIONS).map(async (question) => {
      const { permission, mediaType } = question
      const media = mediaType === undefined ? {} : { mediaType, securityOrigin: origin }
      const details = { isMainFrame: true, requestingUrl, ...media }
      if (check === null || check(asWebContents(webContents), permission, origin, details)) return true
      if (request === null) return true
      const ofMedia = mediaType === undefined ? {} : { mediaTypes: [mediaType], securityOrigin: requestingUrl }
      return askRequestHandler(request, webContents, permission, { requestingUrl, isMainFrame: true, ...ofMedia })
    }),
  )
  return ALL_PERMISSIONS.filter((_, index) => answers[index])
}
