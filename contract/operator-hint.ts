/** What a technician is told about one fault. The words for staff are the renderer's. */
export type OperatorHint = {
  /** In one sentence. */
  readonly meaning: string
  /** Names the setting, the command or the rule to change. */
  readonly remedy: string
}
