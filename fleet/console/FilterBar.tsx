/** Narrows the table down: words, site, tenant, state, and what wants attention. */
import { SESSION_STATE_KINDS } from '../../contract/session-state.ts'
import type { KioskFacts } from '../follow/kiosk-facts.ts'
import { stateWords } from './page-words.ts'

export type Filter = { words: string; site: string; tenant: string; state: string; concernedOnly: boolean }
export const EVERYTHING: Filter = { words: '', site: '', tenant: '', state: '', concernedOnly: false }

export function passes(facts: KioskFacts, { words, site, tenant, state, concernedOnly }: Filter): boolean {
  if (concernedOnly && facts.concerns.length === 0) return false
  if (site !== '' && facts.site !== site) return false
  if (tenant !== '' && facts.tenant !== tenant) return false
  if (state !== '' && facts.state !== state && facts.presence !== state) return false
  const text = `${facts.deviceId} ${facts.name} ${facts.site} ${facts.version}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function valuesOf(all: readonly KioskFacts[], name: 'site' | 'tenant'): [string, string][] {
  const values = new Set(all.map((facts) => facts[name]).filter((value) => value !== ''))
  return [...values].sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).map((one) => [one, one])
}

const STATES: readonly (readonly [string, string])[] = [
  ['online', 'Online'],
  ['offline', 'Offline'],
  ...SESSION_STATE_KINDS.map((kind) => [kind, stateWords(kind)] as const),
]

type ChoiceProps = {
  label: string
  value: string
  /** With the words for each, where they are others. */
  values: readonly (readonly [string, string])[]
  onChoose: (value: string) => void
}

function Choice({ label, value, values, onChoose }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={({ target }) => onChoose(target.value)}>
        <option value="">All</option>
        {values.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}

type FilterBarProps = { all: readonly KioskFacts[]; filter: Filter; onChange: (filter: Filter) => void }

export function FilterBar({ all, filter, onChange }: FilterBarProps) {
  const change = (part: Partial<Filter>) => onChange({ ...filter, ...part })
  return (
    <search className="filters">
      <label className="words">
        <span>Find</span>
        <input
          type="search"
          placeholder="Device, name, site, version"
          value={filter.words}
          onChange={({ target }) => change({ words: target.value })}
        />
      </label>
      <Choice label="Site" value={filter.site} values={valuesOf(all, 'site')} onChoose={(site) => change({ site })} />
      <Choice
        label="Tenant"
        value={filter.tenant}
        values={valuesOf(all, 'tenant')}
        onChoose={(tenant) => change({ tenant })}
      />
      <Choice label="State" value={filter.state} values={STATES} onChoose={(state) => change({ state })} />
      <label className="tick">
        <input
          type="checkbox"
          checked={filter.concernedOnly}
          onChange={({ target }) => change({ concernedOnly: target.checked })}
        />
        <span>Needs attention</span>
      </label>
    </search>
  )
}
