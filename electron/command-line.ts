/** Which switches a packaged shell may be started with. Refuses all others: Chromium has too many that open a way in to list. */

/** What an installer needs to fit the screen to its hardware; none of them weakens a fence. */
const ALLOWED = new Set([
  'disable-gpu',
  'force-device-scale-factor',
  'lang',
  'ozone-platform',
  'ozone-platform-hint',
  'touch-events',
  'user-data-dir',
])

/** The names of the switches that Chromium or Node would read, as they were written. */
function switchesOf(words: readonly string[], platform: NodeJS.Platform): string[] {
  // base/command_line.cc: two dashes, one dash, and on Windows a slash; `--` alone ends them, for Chromium but not for Node.
  const mark = platform === 'win32' ? /^(--?|\/)(?=[^-])/ : /^--?(?=[^-])/
  return words.filter((word) => mark.test(word))
}

/**
 * Why a packaged shell must not start, if it must not.
 *
 * @param words the command line after the program
 * @returns the switches that are not allowed, without their values, which might be a secret
 */
export function refusedSwitches(words: readonly string[], platform: NodeJS.Platform): string[] {
  return switchesOf(words, platform)
    .map((word) => word.replace(/=.*$/s, ''))
    .filter((word) => !ALLOWED.has(word.replace(/^(--?|\/)/, '').toLowerCase()))
}
