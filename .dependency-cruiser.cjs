/**
 * The modules in layers, the lowest first. A module imports from lower layers only. Modules of one layer do not
 * import each other: code that two of them need moves to a lower layer. The composition stands above all layers.
 */
const LAYERS = [
  ['platform'],
  ['audit'],
  ['auth'],
  ['idempotency'],
  ['integrations', 'identity'],
  ['tokens'],
  ['credentials'],
  ['records'],
  ['compliance'],
  ['webhooks', 'management', 'exchange'],
];

/** These folders compose the product, together with the files in `src` itself. */
const COMPOSITION = ['cli', 'reference', 'surfaces'];

const layerRules = LAYERS.flatMap((layer, index) => {
  const above = LAYERS.slice(index + 1).flat();
  return layer.map((module) => {
    const siblings = layer.filter((other) => other !== module);
    return {
      name: `${module}-imports-only-lower-layers`,
      comment: 'Offer a registry, and let the higher module register in its onModuleInit.',
      severity: 'error',
      from: { path: `^src/${module}/` },
      to: { path: `^src/(${[...siblings, ...above, ...COMPOSITION].join('|')})/` },
    };
  });
});

const NAMED_FOLDERS = [...LAYERS.flat(), ...COMPOSITION].join('|');

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'every-module-has-a-layer',
      comment: 'A new folder in src needs a place in LAYERS of .dependency-cruiser.cjs.',
      severity: 'error',
      from: {},
      to: { path: '^src/[^/]+/', pathNot: `^src/(${NAMED_FOLDERS})/` },
    },
    {
      name: 'modules-do-not-import-the-composition',
      comment:
        'The files in src itself compose the modules. Only cli, which starts the product, and reference, which describes it, import them.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/(cli|reference)/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'record-types-do-not-import-each-other',
      comment: 'Code that several record types need belongs beside them, for example in records/engine.',
      severity: 'error',
      from: { path: '^src/records/([^/]+)/' },
      to: { path: '^src/records/(suppliers|products|batches)/', pathNot: '^src/records/$1/' },
    },
    {
      name: 'no-file-circles',
      comment: 'Files that import each other have one more thing in common: give it a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-folder-circles',
      comment: 'At any depth, imports between folders point one way. Types count too.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    {
      name: 'a-sub-folder-does-not-import-its-parent',
      comment:
        'The parent imports its sub-folders. DTO files belong to the folder around them; migrations only use helpers.',
      severity: 'error',
      from: { path: '^src/(.+)/[^/]+/[^/]+\\.ts$', pathNot: '/(dto|migrations)/' },
      to: { path: '^src/$1/[^/]+\\.ts$' },
    },
    {
      name: 'the-product-does-not-import-its-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|demo|scripts)/' },
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
