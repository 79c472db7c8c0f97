/** Starts the page. Holds no state of its own and never reaches beyond `window.kiosk`. */
import '@fontsource-variable/inter/opsz.css'
import '@fontsource-variable/jetbrains-mono'
import '@fontsource-variable/noto-sans-arabic'
import './styles/theme.css'
import './styles/frame.css'
import './styles/controls.css'
import './styles/footer.css'
import './styles/sheet.css'
import './styles/approve.css'
import './styles/user-code.css'
import './styles/time-left.css'
import './styles/approve-portrait.css'
import './styles/messages.css'
import './styles/attract.css'
import './styles/session.css'
import './styles/unprovisioned.css'
import './styles/support.css'
import './styles/support-status.css'
import './styles/support-pages.css'
import './styles/challenge.css'
import './styles/keypad.css'
import './styles/rest.css'
import './styles/brand-logo.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { showCursorOfMouse } from './cursor.ts'
import { languageOfView, readyTexts } from './languages/use-language-choice.ts'
import { followInput } from './last-input.ts'
import { openViewStore } from './view-store.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id "root"')
followInput()
showCursorOfMouse()
const views = await openViewStore(window.kiosk)
// Before anything is drawn, so that nothing is drawn in another language first.
await readyTexts(languageOfView(views.current().view))
createRoot(root).render(
  <StrictMode>
    <App views={views} />
  </StrictMode>,
)
