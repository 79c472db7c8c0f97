/** Where a kiosk's folders lie unless a developer says otherwise. Pure; no variable of Windows has a say in it. */

export type KioskPlaces = {
  bundleFolder: string
  /** Beside the bundle, not in it: whoever may write a bundle must not choose what vouches for it. */
  trustFolder: string
  /** The device's certificate and key: the helper's own account's, and no part of any bundle. */
  deviceFolder: string
  runtimeFolder: string
  stateFolder: string
}

const ON_LINUX: KioskPlaces = {
  bundleFolder: '/etc/digital-receptionist',
  trustFolder: '/etc/digital-receptionist-trust',
  deviceFolder: '/etc/digital-receptionist-device',
  runtimeFolder: '/run/digital-receptionist',
  stateFolder: '/var/lib/digital-receptionist',
}

/** As build/windows/windows-product.mjs has them. Written out: another program of the helper's account could set a variable. */
const ON_WINDOWS: KioskPlaces = {
  bundleFolder: 'C:\\ProgramData\\Digital Receptionist\\bundle',
  trustFolder: 'C:\\ProgramData\\Digital Receptionist\\trust',
  deviceFolder: 'C:\\ProgramData\\Digital Receptionist\\device',
  runtimeFolder: 'C:\\ProgramData\\Digital Receptionist\\run',
  stateFolder: 'C:\\ProgramData\\Digital Receptionist\\state',
}

/** @param platform Node's name of the system */
export function defaultPlaces(platform: string): KioskPlaces {
  return platform === 'win32' ? ON_WINDOWS : ON_LINUX
}
