/** Detection as Intune's documentation describes it: every rule must match. For tests of the rules; Intune's own agent decides on a device. Pure. */

/** The parts of `1.2.3` or `1.2.3.4`; what is missing counts as none, as in .NET's Version. */
function partsOf(version) {
  if (!/^\d+(\.\d+){1,3}$/.test(version)) return null
  return version.split('.').map(Number)
}

function compareVersions(one, other) {
  const [left, right] = [partsOf(one), partsOf(other)]
  if (left === null || right === null) return null
  for (let at = 0; at < 4; at++) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}

function compareIntegers(one, other) {
  return typeof one === 'number' ? Math.sign(one - Number(other)) : null
}

const HOLDS = {
  equal: (order) => order === 0,
  notEqual: (order) => order !== 0,
  greaterThan: (order) => order > 0,
  greaterThanOrEqual: (order) => order >= 0,
  lessThan: (order) => order < 0,
  lessThanOrEqual: (order) => order <= 0,
}

const COMPARE = {
  version: compareVersions,
  integer: compareIntegers,
  string: (one, other) => (typeof one === 'string' ? one.localeCompare(other) : null),
}

/**
 * @param {{ files: ReadonlySet<string>, registry: ReadonlyMap<string, string | number> }} machine
 *   files by their paths with Windows' variables; registry values by `key\\value`, in the 64-bit view
 */
function matches(rule, machine) {
  if (rule.check32BitOn64System) throw new Error('a rule looks at the 32-bit view, where nothing of the kiosk is')
  switch (rule['@odata.type']) {
    case '#microsoft.graph.win32LobAppFileSystemRule':
      if (rule.operationType !== 'exists') throw new Error(`no test knows the operation ${rule.operationType}`)
      return machine.files.has(`${rule.path}\\${rule.fileOrFolderName}`)
    case '#microsoft.graph.win32LobAppRegistryRule': {
      const value = machine.registry.get(`${rule.keyPath}\\${rule.valueName}`)
      const compare = COMPARE[rule.operationType]
      if (!compare) throw new Error(`no test knows the operation ${rule.operationType}`)
      if (value === undefined) return false
      const order = compare(value, rule.comparisonValue)
      return order !== null && HOLDS[rule.operator](order)
    }
    default:
      throw new Error(`no test knows the rule ${rule['@odata.type']}`)
  }
}

/** @returns {boolean} whether Intune would offer the app at all, by the rules that ask for something */
export function isApplicable(rules, machine) {
  return rules.filter(({ ruleType }) => ruleType === 'requirement').every((rule) => matches(rule, machine))
}

/** @returns {boolean} whether Intune would take the app for installed */
export function isDetected(rules, machine) {
  const detection = rules.filter(({ ruleType }) => ruleType === 'detection')
  if (detection.length === 0) throw new Error('an app without a detection rule')
  return detection.every((rule) => matches(rule, machine))
}
