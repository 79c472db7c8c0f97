/** What is wrong with a package, or with what one shall be made of. Never holds key material. */

/** Where a fault was seen: the table of docs/decisions/0038 says what each of them looks at. */
export const PARTS = ['input', 'container', 'detection', 'mac', 'digest', 'content']

export class PackageFault extends Error {
  /**
   * @param {'input' | 'container' | 'detection' | 'mac' | 'digest' | 'content'} part
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
