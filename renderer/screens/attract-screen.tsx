/** Nobody is here: one button as large as the screen. Everything drifts slowly, so that nothing burns into the panel. */
import { PhonePicture } from '../components/phone-picture.tsx'
import { ScreenFooter } from '../components/screen-footer.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { useText } from '../languages/language-context.ts'
import type { Identity } from '../session-of.ts'
import type { Send } from '../use-kiosk.ts'

export function AttractScreen({ identity, send }: { identity: Identity; send: Send }) {
  const t = useText()
  return (
    <ScreenFrame kind="attract" identity={identity}>
      <h1 className="attract">
        <button type="button" className="attract-button" onClick={() => send({ kind: 'touch' })}>
          <span className="attract-prompt">
            <span className="attract-ripple" aria-hidden="true">
              <i />
              <i />
              <PhonePicture />
            </span>
            <span>
              <span className="attract-words">{t('attract.touchToSignIn')}</span>
              <span className="attract-hint">{t('attract.phoneIsEnough')}</span>
            </span>
          </span>
        </button>
      </h1>
      <ScreenFooter help={{ deviceId: identity.device.id, code: null, troubleCode: null }} />
    </ScreenFrame>
  )
}
