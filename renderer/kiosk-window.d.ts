/** Declares what the preload script gives to this page; there is nothing else to reach. */
import type { KioskBridge } from '../contract/window-bridge.ts'

declare global {
  interface Window {
    readonly kiosk: KioskBridge
  }
}
