/** What every page of the shell is opened with: fences that Electron itself puts up. Never loosened for a page of its own. */
import type { WebPreferences } from 'electron'

export const LOCKED_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webviewTag: false,
  devTools: false,
  spellcheck: false,
  navigateOnDragDrop: false,
  disableDialogs: true,
  // Pickers of files and folders are the system's own dialogs.
  disableBlinkFeatures: 'FileSystemAccess,FileSystemAccessLocal',
} as const satisfies WebPreferences
