/** The screens that are photographed: real layouts, both variants, short and long links, both themes. */
import type { PretendedCode } from '../../demo/built-page.ts'

export type Screen = {
  name: string
  width: number
  height: number
  colorScheme: 'dark' | 'light'
  code: PretendedCode
}

/** A provider that gives a complete link; 58 characters. */
const COMPLETE_LINK: PretendedCode = {
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://login.contoso.example/activate',
  qrText: 'https://login.contoso.example/activate?user_code=WDJB-MJHT',
  codePrefilled: true,
}

/** A long path and more than the code in its query; 138 characters. */
const LONG_LINK: PretendedCode = {
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://login.contoso-reception.example/oauth2/default/v1/activate',
  qrText:
    'https://login.contoso-reception.example/oauth2/default/v1/activate?user_code=WDJB-MJHT&client_id=kiosk-main-lobby-dr-0042&ui_locales=de-DE',
  codePrefilled: true,
}

/** Entra ID: the phone lands on "enter code"; 33 characters. */
const TYPED_CODE: PretendedCode = {
  userCode: 'GTH4KP9QX',
  verificationUri: 'https://microsoft.com/devicelogin',
  qrText: 'https://microsoft.com/devicelogin',
  codePrefilled: false,
}

export const SCREENS: readonly Screen[] = [
  { name: 'landscape, link, dark', width: 1920, height: 1080, colorScheme: 'dark', code: COMPLETE_LINK },
  { name: 'landscape, long link, light', width: 1920, height: 1080, colorScheme: 'light', code: LONG_LINK },
  { name: 'landscape, typed code, light', width: 1920, height: 1080, colorScheme: 'light', code: TYPED_CODE },
  { name: 'portrait, link, light', width: 1080, height: 1920, colorScheme: 'light', code: COMPLETE_LINK },
  { name: 'portrait, long link, dark', width: 1080, height: 1920, colorScheme: 'dark', code: LONG_LINK },
  { name: 'portrait, typed code, dark', width: 1080, height: 1920, colorScheme: 'dark', code: TYPED_CODE },
  { name: '1024×600, link, light', width: 1024, height: 600, colorScheme: 'light', code: COMPLETE_LINK },
  { name: '1024×600, typed code, dark', width: 1024, height: 600, colorScheme: 'dark', code: TYPED_CODE },
]
