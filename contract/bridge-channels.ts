/** Names of the IPC channels behind `window.kiosk`. Names only, so that the preload carries no schema. */

export const GET_VIEW_CHANNEL = 'kiosk:get-view'
export const SEND_CHANNEL = 'kiosk:send'
export const PAINTED_CHANNEL = 'kiosk:painted'
export const TECHNICIAN_CHALLENGE_CHANNEL = 'kiosk:technician-challenge'
export const TECHNICIAN_ANSWER_CHANNEL = 'kiosk:technician-answer'
export const TECHNICIAN_ACT_CHANNEL = 'kiosk:technician-act'
/** From the main process to the page. */
export const VIEW_CHANGED_CHANNEL = 'kiosk:view-changed'
export const SUPPORT_REQUESTED_CHANNEL = 'kiosk:support-requested'
