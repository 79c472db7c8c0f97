/** What the gateway itself said, kept as the cause of an error. Never an answer of the provider's. */

export class GatewayWord extends Error {
  override readonly name = 'GatewayWord'
  /** Of `contract/attestation`, such as `certificate-revoked`; or what stands in its place. */
  readonly reason: string
  /** How long it wishes to be left alone; null without a wish. */
  readonly retryAfterMs: number | null

  constructor(reason: string, retryAfterMs: number | null) {
    super(`the gateway says "${reason}"`)
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}
