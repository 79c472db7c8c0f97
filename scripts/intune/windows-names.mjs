/** Which paths Windows can hold, and hold side by side. Pure; never changes a name. */

/** Device names stay reserved with any extension and with spaces before it. https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])$/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Windows refuses
const FORBIDDEN = /[\u0000-\u001f<>:"\\|?*]/
const LONGEST_NAME = 255
/** Windows' 260, less the folder of about 60 characters below which Intune's agent unpacks. */
const LONGEST_PATH = 200

/** As NTFS compares: one UTF-16 unit at a time, so that "ß" is not "SS". */
function fold(path) {
  return path.replace(/[\s\S]/g, (unit) => {
    const upper = unit.toUpperCase()
    return upper.length === 1 ? upper : unit
  })
}

/** @returns {string | null} why Windows cannot hold a file or folder of this name */
function judgeName(name) {
  if (name === '') return 'has a name without a character'
  // What cannot be decoded was read as U+FFFD, and would not be found under that name again.
  if (name.includes('\ufffd') || !name.isWellFormed()) return 'is not valid Unicode'
  const forbidden = FORBIDDEN.exec(name)
  if (forbidden) return `holds ${JSON.stringify(forbidden[0])}, which no name on Windows may hold`
  if (/[. ]$/.test(name)) return 'ends in a dot or a space, which Windows drops'
  if (RESERVED.test(name.split('.')[0].trimEnd())) return 'is the name of a device on Windows'
  if (name.length > LONGEST_NAME) return `is longer than the ${LONGEST_NAME} characters that Windows allows`
  return null
}

/** Every folder above a path, and the path itself, as `a`, `a/b`, `a/b/c`. */
function withFolders(path) {
  const names = path.split('/')
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}

/**
 * @param {readonly string[]} paths with `/` between names; an empty folder ends in `/`
 * @returns {string[]} a line for each fault, which says how to mend it
 */
export function findNameFaults(paths) {
  const faults = new Set()
  /** What stands where Windows would look for a path: its spelling, and whether it is a file. */
  const taken = new Map()
  for (const path of paths) {
    const bare = path.replace(/\/$/, '')
    if (bare.length > LONGEST_PATH)
      faults.add(
        `"${bare}": ${bare.length} characters are more than the ${LONGEST_PATH} that Intune's agent can unpack`,
      )
    for (const step of withFolders(bare)) {
      const why = judgeName(step.slice(step.lastIndexOf('/') + 1))
      if (why) faults.add(`"${step}" ${why}: rename it`)
      const isFile = step === path
      const other = taken.get(fold(step))
      if (other === undefined) taken.set(fold(step), { step, isFile })
      else if (other.step !== step)
        faults.add(`"${other.step}" and "${step}" are one name on Windows: rename one of them`)
      else if (other.isFile || isFile) faults.add(`"${step}" is there twice`)
    }
  }
  return [...faults]
}
