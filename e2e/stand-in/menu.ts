/** `Menu`: only its absence, which is all that a kiosk wants of it. */
import type { Menu as ElectronMenu } from 'electron'
import { guardApi } from './refuse-unknown.ts'

export const Menu: Pick<typeof ElectronMenu, 'setApplicationMenu'> = guardApi('Menu', {
  setApplicationMenu: (menu: ElectronMenu | null) => {
    if (menu !== null) throw new Error('electron stand-in: Menu.setApplicationMenu takes null only')
  },
})
