/** What may import what. The picture is in docs/architecture.md. */
const TEMPORAL = '^@temporalio/';
const only = (name, comment, from, allowedLocal, allowedPackages) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    pathNot: [...[from, ...allowedLocal].map((folder) => `^${folder}/`), ...allowedPackages],
    dependencyTypesNot: ['type-only', 'core'],
  },
});
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-imports-nothing',
      comment: 'core is pure: no Temporal, no Node, no library.',
      severity: 'error',
      from: { path: '^core/' },
      to: { pathNot: '^core/' },
    },
    only(
      'config-imports-core-and-zod',
      'config: core, zod and the YAML parser.',
      'config',
      ['core'],
      ['node_modules/(zod|yaml)/'],
    ),
    {
      name: 'workflows-are-deterministic',
      comment: 'workflows: @temporalio/workflow, @temporalio/common and pure core; elsewhere types only.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        pathNot: ['^workflows/', '^core/', 'node_modules/@temporalio/(workflow|common)/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'activities-import-no-workflow',
      severity: 'error',
      from: { path: '^(activities|local|k8s)/' },
      to: { path: '^(workflows|workers|client)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-imports-no-activity',
      comment: 'The artifact store is a port, not an activity: the CLI reads records and logs from it.',
      severity: 'error',
      from: { path: '^client/' },
      to: {
        path: '^(activities|workers)/',
        pathNot: '^activities/store/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nobody-imports-workers',
      severity: 'error',
      from: { pathNot: '^(workers|test)/' },
      to: { path: '^workers/' },
    },
    {
      name: 'local-imports',
      severity: 'error',
      from: { path: '^local/' },
      to: { path: '^(activities|client|workers|k8s)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^\\.tools/', '^examples/'] },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
