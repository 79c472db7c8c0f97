/** Diagnostics as a QR code for the technician's phone, and the same lines for the eye. Never a secret, a code or a name. */
import { useState } from 'react'
import { QrCode } from '../components/qr-code.tsx'
import { useText } from '../languages/language-context.ts'

export function TakeAwayPage({ text }: { text: string }) {
  const t = useText()
  // As it was when the page was opened: a code that changes cannot be scanned.
  const [kept] = useState(text)
  return (
    <div className="take-away-page">
      <div className="take-away-card">
        <QrCode text={kept} name={t('support.takeAway.qrName')} />
      </div>
      <div className="take-away-words">
        <p className="support-advice">{t('support.takeAway.advice')}</p>
        <pre className="take-away-text" dir="ltr">
          {kept}
        </pre>
      </div>
    </div>
  )
}
