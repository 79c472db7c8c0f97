/** Chooses the screen for the view. Decides nothing else and never shows two states at once. */
import { lazy, type ReactElement, Suspense, useDeferredValue, useState } from 'react'
import { assertNever } from '../contract/kiosk-error.ts'
import type { KioskView } from '../contract/window-bridge.ts'
import { announcementOf } from './announcement.ts'
import { BrandProvider, useBrand } from './brand/use-brand.ts'
import { FaultBoundary } from './components/fault-boundary.tsx'
import { LiveRegion } from './components/live-region.tsx'
import { LanguageContext } from './languages/language-context.ts'
import { useLanguageChoice } from './languages/use-language-choice.ts'
import { newCodeSoonAtMs } from './new-code-soon.ts'
import { ApproveScreen } from './screens/approve-screen.tsx'
import { AttractScreen } from './screens/attract-screen.tsx'
import { ConfirmingScreen } from './screens/confirming-screen.tsx'
import { EndedScreen } from './screens/ended-screen.tsx'
import { PreparingScreen } from './screens/preparing-screen.tsx'
import { SignedInScreen } from './screens/signed-in-screen.tsx'
import { StartingScreen } from './screens/starting-screen.tsx'
import { TroubleScreen } from './screens/trouble-screen.tsx'
import { UnlinkedScreen } from './screens/unlinked-screen.tsx'
import { UnprovisionedScreen } from './screens/unprovisioned-screen.tsx'
import { useLastLinked } from './support-overlay/use-last-linked.ts'
import { useOverlay } from './support-overlay/use-overlay.ts'
import { useHasPassed } from './use-helper-time.ts'
import { type Kiosk, useKiosk } from './use-kiosk.ts'
import { useRest } from './use-rest.ts'
import type { ViewStore } from './view-store.ts'

/** A part of its own, which the first code on the glass does not wait for; it is read from the same disk when it is wanted. */
const SupportOverlay = lazy(async () => ({
  default: (await import('./support-overlay/support-overlay.tsx')).SupportOverlay,
}))

/** One region for screen and overlay: the first words of another would not be read out. */
const LIVE = 'live'

export function App({ views }: { views: ViewStore }) {
  return (
    <FaultBoundary fallback={<UnlinkedScreen notice="unlinked.away" />}>
      <Suspense>
        <KioskPage views={views} />
      </Suspense>
    </FaultBoundary>
  )
}

function KioskPage({ views }: { views: ViewStore }) {
  const kiosk = useKiosk(views)
  const { view } = kiosk
  const choice = useLanguageChoice(view)
  const brand = useBrand(view)
  const rest = useRest(view)
  const isIdleWarning = useHasPassed(kiosk.clock, kiosk.idleLimit?.warnAtMs ?? Number.POSITIVE_INFINITY)
  const isCodeSoonOver = useHasPassed(kiosk.clock, newCodeSoonAtMs(view))
  const overlay = useOverlay(view.kind === 'linked' && view.snapshot.session.kind === 'confirming')
  const lastLinked = useLastLinked(view)
  const [overlayText, announceOverlay] = useState('')
  // Deferred: the screen stays until the overlay's own part of the page is there.
  const isOverlayOpen = useDeferredValue(overlay.isOpen)
  // In place of the screen, not above it: nothing beneath can be touched or read meanwhile.
  if (overlay.isOpen && isOverlayOpen) {
    return (
      <LanguageContext value={choice}>
        <BrandProvider value={brand}>
          <SupportOverlay
            {...{ view, lastLinked, clock: kiosk.clock, codePrefilled: kiosk.codePrefilled, send: kiosk.send }}
            onAnnounce={announceOverlay}
            onClose={overlay.close}
          />
        </BrandProvider>
        <LiveRegion key={LIVE} text={overlayText} />
      </LanguageContext>
    )
  }
  return (
    <LanguageContext value={choice}>
      <BrandProvider value={brand}>
        {view.kind === 'linked' ? (
          screenOf(view, kiosk, isIdleWarning)
        ) : (
          <UnlinkedScreen notice={view.everLinked ? 'unlinked.away' : 'unlinked.starting'} />
        )}
      </BrandProvider>
      <div className="rest-cover" data-rest={rest} aria-hidden="true" />
      <LiveRegion key={LIVE} text={announcementOf({ ...kiosk, isIdleWarning, isCodeSoonOver }, choice.t)} />
    </LanguageContext>
  )
}

function screenOf(
  { snapshot, app }: Extract<KioskView, { kind: 'linked' }>,
  { clock, codePrefilled, idleLimit, send, placeApp }: Kiosk,
  isIdleWarning: boolean,
): ReactElement {
  const { session } = snapshot
  switch (session.kind) {
    case 'starting':
      return <StartingScreen identity={snapshot} />
    case 'unprovisioned':
      return <UnprovisionedScreen identity={snapshot} session={session} />
    case 'attract':
      return <AttractScreen identity={snapshot} send={send} />
    case 'preparing':
      if (session.reason === 'request') return <PreparingScreen identity={snapshot} session={session} />
      return <ApproveScreen {...{ identity: snapshot, session, codePrefilled, clock, send }} />
    case 'awaitingApproval':
      // The same component as while renewing: the card stays in place and only its content changes.
      return <ApproveScreen {...{ identity: snapshot, session, codePrefilled, clock, send }} />
    case 'confirming':
      return <ConfirmingScreen key={session.generation} {...{ identity: snapshot, session, clock, send }} />
    case 'signedIn':
      return (
        <SignedInScreen
          key={session.generation}
          app={snapshot.app === null ? null : app}
          {...{ identity: snapshot, session, clock, send, placeApp, idleLimit, isIdleWarning }}
        />
      )
    case 'ended':
      return <EndedScreen identity={snapshot} session={session} />
    case 'trouble':
      return <TroubleScreen identity={snapshot} session={session} clock={clock} send={send} />
    default:
      return assertNever(session)
  }
}
