/** What a step of the package's life is given, and how it answers. */
import type { IdentityProvider } from '../../demo/identity-provider/identity-provider.ts'
import type { DrillKiosk } from './drill-kiosk.ts'
import type { Answer } from './stranger.ts'

export type DrillStage = {
  kiosk: DrillKiosk
  provider: IdentityProvider
  debs: { first: string; second: string }
  /** What was there before the package came. */
  before: string[]
  /** What is told at the end, beside the steps. */
  tables: { strangers: readonly Answer[] | null; scores: string[] }
  keepPicture: (name: string, png: Buffer) => Promise<void>
}

/** @returns what was seen, in a few words; throws where it is not what it must be */
export type DrillStep = { name: string; patient?: boolean; play(stage: DrillStage): Promise<string> }
