/** The white card with everything a phone needs. Where the code has run out it keeps its shape and shows nothing of it. */
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import type { SessionOf } from '../session-of.ts'
import { BusyDots } from './busy-dots.tsx'
import { QrCode } from './qr-code.tsx'
import { ShortAddress } from './short-address.tsx'
import { TimeLeft } from './time-left.tsx'
import { UserCode } from './user-code.tsx'

type CodeCardProps = { session: SessionOf<'awaitingApproval'>; clock: HelperClock }

export function CodeCard({ session, clock }: CodeCardProps) {
  const t = useText()
  const { generation, qrText, userCode, verificationUri, codePrefilled, issuedAtMs, expiresAtMs, replacedBecause } =
    session
  return (
    <section className="code-card" data-variant={codePrefilled ? 'link' : 'code'}>
      <div className="code-card-qr">
        <QrCode key={generation} text={qrText} name={t('approve.qrName')} />
      </div>
      <div className="code-card-address">
        <p className="code-card-label">{t('approve.withoutCamera')}</p>
        <ShortAddress verificationUri={verificationUri} />
        {!codePrefilled && <p className="code-card-label">{t('approve.andEnterTheCode')}</p>}
      </div>
      <div className="code-card-code">
        <p className="code-card-label">{t(codePrefilled ? 'approve.andEnter' : 'approve.typeOnPhone')}</p>
        <UserCode key={generation} userCode={userCode} />
      </div>
      <div className="code-card-time">
        <TimeLeft clock={clock} fromMs={issuedAtMs} untilMs={expiresAtMs} replacedBecause={replacedBecause} />
      </div>
    </section>
  )
}

/** The card while a new code is on its way. */
export function CodeCardPlaceholder({ codePrefilled }: { codePrefilled: boolean }) {
  const t = useText()
  return (
    <section className="code-card" data-variant={codePrefilled ? 'link' : 'code'} aria-busy="true">
      <div className="code-card-qr">
        <div className="qr-box qr-placeholder">
          <BusyDots />
          <p>{t('renewing')}</p>
        </div>
      </div>
      <div className="code-card-address" aria-hidden="true">
        <span className="placeholder-line" />
        <span className="placeholder-line" />
      </div>
      <div className="code-card-code" aria-hidden="true">
        <span className="placeholder-block" />
      </div>
      <div className="code-card-time" aria-hidden="true">
        <span className="placeholder-ring" />
      </div>
    </section>
  )
}
