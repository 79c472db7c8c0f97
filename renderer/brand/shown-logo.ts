/** Which logo stands on the screen while the bundle's changes. Pure. Never takes one away before the next is ready. */
import type { LogoReference } from '../../contract/brand.ts'
import type { LogoPicture } from './logo-picture.ts'

/** What became of the last logo that was loaded: a picture, or none where it could not be shown. */
export type LogoOutcome = { sha256: string; picture: LogoPicture | null }

export type ShownLogo =
  /** The name's initial stands in its place. */
  | { kind: 'initial' }
  /** The first one after the page came up: nothing is shown in its place, or it would flash. */
  | { kind: 'loading' }
  | { kind: 'picture'; picture: LogoPicture }

/** @param wanted the logo that the bundle names; null for none */
export function shownLogo(wanted: LogoReference | null, outcome: LogoOutcome | null): ShownLogo {
  if (wanted === null) return { kind: 'initial' }
  if (outcome?.picture) return { kind: 'picture', picture: outcome.picture }
  return outcome?.sha256 === wanted.sha256 ? { kind: 'initial' } : { kind: 'loading' }
}
