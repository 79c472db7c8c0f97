/** What the provider remembers of codes that a portal decides. Never tells a portal a device code. */

export class GrantLedger {
  readonly #handedOver = new Set<string>()
  readonly #bound = new Map<string, string>()
  readonly #answered = new Set<string>()
  readonly #deviceCodes = new Map<string, string>()
  readonly #usedSubjectTokens = new Set<string>()
  readonly #userTokens = new Map<string, string>()

  /** A person with this code prefilled was sent to the portal: it may decide the code from now on. */
  noteHandover(deviceCode: string): void {
    this.#handedOver.add(deviceCode)
  }

  /** @returns whether the code may be bound now; it may be only once, also when two ask at the same moment */
  claim(deviceCode: string, accountId: string): boolean {
    if (!this.#handedOver.has(deviceCode) || this.#bound.has(deviceCode)) return false
    this.#bound.set(deviceCode, accountId)
    return true
  }

  /** For an approval that could not be written down: the code is as it was. */
  release(deviceCode: string): void {
    this.#bound.delete(deviceCode)
  }

  wasHandedOver(deviceCode: string): boolean {
    return this.#handedOver.has(deviceCode)
  }

  /** @returns for whom a portal has bound the code */
  boundAccountOf(deviceCode: string): string | undefined {
    return this.#bound.get(deviceCode)
  }

  /** @returns false for a token that was used before: one sign-in of a person opens one kiosk */
  useSubjectToken(subjectToken: string): boolean {
    // What is signed, not the signature: base64url spells the same signature in more than one way.
    const signed = subjectToken.slice(0, subjectToken.lastIndexOf('.'))
    if (this.#usedSubjectTokens.has(signed)) return false
    this.#usedSubjectTokens.add(signed)
    return true
  }

  /** A token that a portal was given for a person. */
  noteUserToken(userToken: string, accountId: string): void {
    this.#userTokens.set(userToken, accountId)
  }

  /** @returns whom the token was made for */
  accountOfUserToken(userToken: string): string | undefined {
    return this.#userTokens.get(userToken)
  }

  /** The token with which a portal may ask after this one grant. */
  noteStatusToken(statusToken: string, deviceCode: string): void {
    this.#deviceCodes.set(statusToken, deviceCode)
  }

  noteAnswer(deviceCode: string): void {
    this.#answered.add(deviceCode)
  }

  /** @returns whether the device has its tokens; undefined for a token that speaks of no grant */
  isAnswered(statusToken: string): boolean | undefined {
    const deviceCode = this.#deviceCodes.get(statusToken)
    return deviceCode === undefined ? undefined : this.#answered.has(deviceCode)
  }
}
