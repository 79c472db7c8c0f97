/** Names of the IPC channels behind `window.kiosk`. Names only, so that the preload carries no schema. */

export const GET_VIEW_CHANNEL = 'kiosk:get-view'
export const GET_LOGO_PART_CHANNEL = 'kiosk:get-logo-part'
export const SEND_CHANNEL = 'kiosk:send'
export const PAINTED_CHANNEL = 'kiosk:painted'
export const TECHNICIAN_CHALLENGE_CHANNEL = 'kiosk:technician-challenge'
export const TECHNICIAN_ANSWER_CHANNEL = 'kiosk:technician-answer'
export const TECHNICIAN_ACT_CHANNEL = 'kiosk:technician-act'
export const SUPPORT_STATUS_CHANNEL = 'kiosk:support-status'
export const SUPPORT_DIAGNOSTICS_CHANNEL = 'kiosk:support-diagnostics'
export const SUPPORT_CHECKS_CHANNEL = 'kiosk:support-checks'
export const PLACE_APP_CHANNEL = 'kiosk:place-app'
/** From the main process to the page. */
export const VIEW_CHANGED_CHANNEL = 'kiosk:view-changed'
export const SUPPORT_REQUESTED_CHANNEL = 'kiosk:support-requested'
