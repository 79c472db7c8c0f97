/** Diagnostics as a QR code for the technician's phone, and the same lines for the eye. Never a secret, a code or a name. */
import { QrCode } from '../components/qr-code.tsx'
import { useText } from '../languages/language-context.ts'

export function TakeAwayPage({ text }: { text: string }) {
  const t = useText()
  return (
    <div className="take-away-page">
      <div className="take-away-card">
        <QrCode key={text.length} text={text} name={t('support.takeAway.qrName')} />
      </div>
      <div className="take-away-words">
        <p className="support-advice">{t('support.takeAway.advice')}</p>
        <pre className="take-away-text" dir="ltr">
          {text}
        </pre>
      </div>
    </div>
  )
}
