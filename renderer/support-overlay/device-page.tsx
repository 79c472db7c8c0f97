/** How this device is, in cards: what a technician asks for first on the phone. Says plainly what is not set up. */
import type { SupportDiagnostics, SupportEndpoint } from '../../contract/support.ts'
import { useLanguage } from '../languages/language-context.ts'
import type { Translate } from '../languages/texts.ts'
import { Fact, FactCard, type Tone } from './fact-card.tsx'
import { agoText, spanText } from './time-words.ts'

export function DevicePage({ diagnostics }: { diagnostics: SupportDiagnostics }) {
  const { language, t } = useLanguage()
  const { session, vault, endpoints, issuerHost, proxy, clockSkewMs, versions, uptimeSeconds, painted } = diagnostics
  const { certificate, attestation, broker } = diagnostics
  const notSetUp = t('support.value.notConfigured')
  return (
    <div className="fact-cards">
      <FactCard title={t('support.card.session')}>
        <Fact name={t('support.fact.state')} isCode>
          {session.kind}
        </Fact>
        <Fact name={t('support.fact.generation')}>{session.generation ?? t('support.value.none')}</Fact>
        <Fact name={t('support.fact.painted')} tone={paintedTone(painted)}>
          {painted ? agoText(language, Date.now() - painted.atEpochMs) : t('support.value.never')}
        </Fact>
        <Fact name={t('support.fact.uptime')}>{spanText(language, uptimeSeconds * 1000)}</Fact>
        <Fact name={t('support.fact.helper')} isCode>
          {versions.helper}
        </Fact>
        <Fact name="Node" isCode>
          {versions.node}
        </Fact>
      </FactCard>
      <FactCard title={issuerHost ?? t('support.connection.title')}>
        {endpoints.map((endpoint) => (
          <EndpointFact key={endpoint.name} {...endpoint} />
        ))}
      </FactCard>
      <FactCard title={t('support.card.identity')}>
        <Fact name={t('support.fact.certificate')} {...(certificate === null ? { tone: 'quiet' } : { isCode: true })}>
          {certificate ?? notSetUp}
        </Fact>
        <Fact name={t('support.fact.attestation')} {...(attestation === null ? { tone: 'quiet' } : { isCode: true })}>
          {attestation ?? notSetUp}
        </Fact>
        <Fact name={t('support.fact.broker')} {...(broker === null ? { tone: 'quiet' } : { isCode: true })}>
          {broker ?? notSetUp}
        </Fact>
        <Fact name={t('support.fact.proxy')} isCode={proxy !== null && proxy !== 'none'}>
          {proxy === null || proxy === 'none' ? t('support.value.none') : proxy}
        </Fact>
        <Fact name={t('support.fact.clock')} tone={skewTone(clockSkewMs)}>
          {skewText(clockSkewMs, t, (ms) => spanText(language, ms))}
        </Fact>
      </FactCard>
      <VaultCard vault={vault} />
    </div>
  )
}

const HEARTBEAT_LIMIT_MS = 10_000

function paintedTone(painted: SupportDiagnostics['painted']): Tone {
  return painted !== null && Date.now() - painted.atEpochMs < HEARTBEAT_LIMIT_MS ? 'good' : 'bad'
}

const NOTICEABLE_SKEW_MS = 60_000

function skewTone(skewMs: number | null): Tone {
  if (skewMs === null) return 'quiet'
  return Math.abs(skewMs) < NOTICEABLE_SKEW_MS ? 'good' : 'warning'
}

function skewText(skewMs: number | null, t: Translate, span: (ms: number) => string): string {
  if (skewMs === null) return t('support.value.notChecked')
  if (skewMs === 0) return t('support.value.right')
  return t(skewMs > 0 ? 'support.value.behind' : 'support.value.ahead', { span: span(Math.abs(skewMs)) })
}

function EndpointFact({ name, state, roundTripMs, code }: SupportEndpoint) {
  const t = useLanguage().t
  const tones = { reachable: 'good', unreachable: 'bad', 'not-checked': 'quiet', 'not-advertised': 'quiet' } as const
  const words = {
    reachable: t('support.value.milliseconds', { ms: roundTripMs ?? 0 }),
    unreachable: code ?? '',
    'not-checked': t('support.value.notChecked'),
    'not-advertised': t('support.value.notAdvertised'),
  }
  return (
    <Fact name={t(`support.endpoint.${name}`)} tone={tones[state]} isCode={state === 'unreachable'}>
      {words[state]}
    </Fact>
  )
}

function VaultCard({ vault }: { vault: SupportDiagnostics['vault'] }) {
  const { t } = useLanguage()
  const title = t('support.card.vault')
  if (vault === null) {
    return (
      <FactCard title={title}>
        <Fact name={t('support.fact.state')} tone="bad">
          {t('support.state.unprovisioned')}
        </Fact>
      </FactCard>
    )
  }
  const { kind, deviceKey, memory, plannedRestart, destroyPending } = vault
  return (
    <FactCard title={title}>
      <Fact name={t('support.fact.place')} tone={kind === 'memory' ? 'quiet' : 'good'} isCode>
        {kind}
      </Fact>
      <Fact name={t('support.fact.deviceKey')} tone={deviceKey === 'none' ? 'warning' : 'good'}>
        {t(`support.deviceKey.${deviceKey}`)}
      </Fact>
      {memory !== null && (
        <Fact name={t('support.fact.swap')} tone={memory.swap === 'unencrypted' ? 'warning' : 'good'}>
          {t(`support.swap.${memory.swap}`)}
        </Fact>
      )}
      <Fact name={t('support.fact.plannedRestart')}>{t(`support.restart.${plannedRestart}`)}</Fact>
      {destroyPending && (
        <Fact name={t('support.fact.wipe')} tone="bad">
          {t('support.value.wipePending')}
        </Fact>
      )}
    </FactCard>
  )
}
