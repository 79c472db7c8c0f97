/** What whoever runs fleetctl did wrong, in words for them. Never carries a secret. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
