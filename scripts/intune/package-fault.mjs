/** What is wrong with a package, or with what one shall be made of. Never holds key material. */

export class PackageFault extends Error {
  /**
   * @param {'input' | 'container' | 'detection' | 'mac' | 'digest' | 'content'} part where it was seen: in what was given, the outer zip,
   *   Detection.xml, the HMAC, what decrypting gives, or the inner zip
   * @param {string | readonly string[]} faults a line for each: what is wrong, where, and what to do
   * @param {{ cause?: unknown }} [options]
   */
  constructor(part, faults, options) {
    const lines = typeof faults === 'string' ? [faults] : faults
    super(lines.join('\n'), options)
    this.name = 'PackageFault'
    this.part = part
    this.lines = lines
  }
}
