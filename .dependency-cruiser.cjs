/** Which folder may import which: the rule of docs/architecture.md, checked on every commit. */

/** The folders of the product and what each may import of ours besides itself. */
const MAY_IMPORT = {
  contract: [],
  helper: ['contract'],
  electron: ['contract'],
  renderer: ['contract'],
  fleet: ['contract'],
  demo: ['contract', 'fleet', 'scripts'],
  e2e: ['contract', 'demo', 'scripts'],
  bench: ['contract', 'demo', 'scripts'],
}
const FOLDERS = [...Object.keys(MAY_IMPORT), 'scripts']

/** Decisions that see no clock and no socket: they import only the contract and one another, and `bench` may play them. */
const PURE =
  'helper/(backoff|session/(session-machine|session-steps|session-event|code-budget)|oauth/poll-schedule|remote-control/order-policy)\\.ts$'

const folderRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `${folder}-imports-only-${[folder, ...allowed].join('-')}`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: {
    path: `^(${FOLDERS.filter((other) => other !== folder && !allowed.includes(other)).join('|')})/`,
    ...(folder === 'bench' && { pathNot: `^${PURE}` }),
  },
}))

module.exports = {
  forbidden: [
    ...folderRules,
    {
      name: 'no-cycles',
      comment: 'Types of things that know each other, such as a window and its session, may name each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'contract-imports-only-zod',
      severity: 'error',
      from: { path: '^contract/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^(contract/|node_modules/zod/)' },
    },
    {
      name: 'pure-modules-import-only-contract',
      severity: 'error',
      from: { path: `^${PURE}` },
      to: { pathNot: `^(contract/|${PURE})` },
    },
    // Modules that the page's build makes have no file.
    { name: 'nothing-missing', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^virtual:' } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|release|screenshots|test-results)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
}
