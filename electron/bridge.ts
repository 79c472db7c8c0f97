/** Serves `window.kiosk`: every call is checked by sender frame and schema. Never answers any page but the kiosk's own. */
import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron'
import type { z } from 'zod'
import { SUPPORT_REQUESTED_CHANNEL, VIEW_CHANGED_CHANNEL } from '../contract/bridge-channels.ts'
import { KioskError } from '../contract/kiosk-error.ts'
import { LINK_REQUESTS } from '../contract/link-protocol.ts'
import type { TechnicianAct } from '../contract/technician-access.ts'
import { BRIDGE_CALLS, type KioskView, type PaintReport } from '../contract/window-bridge.ts'
import type { HelperLink } from './helper-link.ts'
import { isKioskUrl } from './kiosk-origin.ts'
import type { ReceptionApp } from './reception-app.ts'

/** The kiosk's page in its main frame; anything else that found the channel is refused. */
function checkSender(event: IpcMainInvokeEvent): void {
  const frame = event.senderFrame
  if (frame?.parent === null && isKioskUrl(frame.url)) return
  throw new KioskError('command-not-allowed', 'the bridge serves the kiosk’s own page only')
}

type BridgeCall = (typeof BRIDGE_CALLS)[keyof typeof BRIDGE_CALLS]

function serve<C extends BridgeCall>(
  { channel, params }: C,
  handle: (...args: z.output<C['params']>) => Promise<z.input<C['result']>> | z.input<C['result']>,
): void {
  ipcMain.handle(channel, (event, ...args: unknown[]) => {
    checkSender(event)
    const parsed = params.safeParse(args)
    if (!parsed.success) throw new KioskError('link-message-invalid', `${channel}: ${parsed.error.message}`)
    return handle(...(parsed.data as z.output<C['params']>))
  })
}

/** What the page draws: what the helper says, and what became of the hosted app. */
export function viewOf(link: HelperLink, reception: ReceptionApp): KioskView {
  const view = link.view()
  return view.kind === 'linked' ? { ...view, app: reception.state() } : view
}

/**
 * Relays between the page, the helper and the hosted app; holds no logic of its own.
 *
 * @param onPainted called with each heartbeat of the page
 * @param onAct called with what the helper has allowed a technician
 */
export function serveBridge(
  link: HelperLink,
  reception: ReceptionApp,
  { onPainted, onAct }: { onPainted: (report: PaintReport) => void; onAct: (act: TechnicianAct) => void },
): void {
  serve(BRIDGE_CALLS.getView, () => viewOf(link, reception))
  serve(BRIDGE_CALLS.send, (command) => link.ask(LINK_REQUESTS.command, command))
  serve(BRIDGE_CALLS.getLogoPart, (request) => link.ask(LINK_REQUESTS.logoPart, request))
  serve(BRIDGE_CALLS.placeApp, (area) => reception.place(area))
  serve(BRIDGE_CALLS.painted, onPainted)
  serve(BRIDGE_CALLS.askTechnicianChallenge, () => link.ask(LINK_REQUESTS.technicianChallenge, {}))
  serve(BRIDGE_CALLS.answerTechnicianChallenge, (given) => link.ask(LINK_REQUESTS.technicianAnswer, given))
  serve(BRIDGE_CALLS.readSupportStatus, () => link.ask(LINK_REQUESTS.supportStatus, {}))
  serve(BRIDGE_CALLS.readSupportDiagnostics, () => link.ask(LINK_REQUESTS.supportDiagnostics, {}))
  serve(BRIDGE_CALLS.supportChecks, (request) => link.ask(LINK_REQUESTS.supportChecks, request))
  serve(BRIDGE_CALLS.actAsTechnician, async (act) => {
    const result = await link.ask(LINK_REQUESTS.technicianAct, act)
    if (result.accepted) onAct(act)
    return result
  })
}

/** Tells the page of a new view, if there is a page. */
export function sendView(page: WebContents | undefined, view: KioskView): void {
  if (page && !page.isDestroyed()) page.send(VIEW_CHANGED_CHANNEL, view)
}

/** Tells the page that somebody wants the support overlay, if there is a page. */
export function requestSupport(page: WebContents | undefined): void {
  if (!page || page.isDestroyed()) return
  // The digits are for this page, not for a hosted one that had the keys.
  page.focus()
  page.send(SUPPORT_REQUESTED_CHANNEL)
}
