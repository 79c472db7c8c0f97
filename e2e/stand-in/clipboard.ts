/** `clipboard`: of this process alone. What a page copies goes to Chromium's own, which this does not see. */
import type { Clipboard } from 'electron'
import { guardApi } from './refuse-unknown.ts'

type StandInClipboard = Pick<Clipboard, 'clear' | 'writeText' | 'readText'>

function createClipboard(): StandInClipboard {
  let text = ''
  return {
    clear() {
      text = ''
    },
    async writeText(next: string) {
      text = next
    },
    readText: async () => text,
  }
}

/** As in Electron, what is selected has a clipboard of its own on Linux. */
const selection = guardApi('clipboard.selection', createClipboard())
export const clipboard = guardApi('clipboard', { ...createClipboard(), selection })
