/** Imports point one way: management, exchange, webhooks → compliance → records → access → platform. */
const LAYERS = [
  ['platform'],
  ['access'],
  ['records'],
  ['compliance'],
  ['webhooks', 'exchange', 'management'],
];

const upward = LAYERS.flatMap((layer, index) => {
  const above = LAYERS.slice(index + 1).flat();
  return layer.map((room) => ({
    name: `${room}-imports-nothing-above`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: `^src/(${[...above, ...layer.filter((other) => other !== room)].join('|') || 'nothing'})/` },
  }));
});

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'rooms-do-not-import-the-composition',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/cli/' },
      to: { path: '^src/(app|app\\.module|main|cli|schema|openapi)\\.ts$' },
    },
    {
      name: 'record-types-do-not-import-each-other',
      severity: 'error',
      from: { path: '^src/records/([^/]+)/' },
      to: { path: '^src/records/(suppliers|products|batches)/', pathNot: '^src/records/$1/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'the-product-does-not-import-its-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|demo)/' },
    },
    {
      name: 'no-development-dependency-in-the-product',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
