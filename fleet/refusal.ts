/** Why fleetctl does not do what it was rightly asked for, in words for whoever runs it. Never carries a secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** @returns what a library or the system said, for the end of a sentence */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
