// Which file may import which. Run: depcruise src --config .dependency-cruiser.cjs
//
//   programs  ->  modules  ->  platform  ->  standards
//
// A module meets another module only at its public.ts. Inside a module every
// file is pure unless its name says that it touches the world.
const TOUCHES_WORLD =
  '/[a-z-]*(store|routes|jobs|public|module)\\.ts$|/(connectors|web)/|\\.test\\.ts$';
const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

// Modules form a ladder, bottom first. To tell a lower module something, hand it a function when it
// is wired together, or write to the outbox.
const LADDER = [
  'assets',
  'agent-protocol',
  'questions',
  'findings',
  'vulnerabilities',
  'remediation',
];
const ladder = LADDER.slice(0, -1).map((module, at) =>
  error(
    `ladder-${module}`,
    `${module} stands below ${LADDER.slice(at + 1).join(', ')}.`,
    { path: `^src/modules/${module}/`, pathNot: '\\.test\\.ts$' },
    { path: `^src/modules/(${LADDER.slice(at + 1).join('|')})/` },
  ),
);

module.exports = {
  forbidden: [
    error(
      'no-cycles',
      'Two files that need each other are one file, or hide a third.',
      {},
      { circular: true },
    ),
    ...ladder,
    error(
      'standards-stand-alone',
      'A published specification does not know our product.',
      { path: '^src/standards/' },
      { path: '^src/', pathNot: '^src/standards/' },
    ),
    error(
      'platform-knows-no-module',
      'If the platform needs a word of the domain, it is not platform.',
      { path: '^src/platform/' },
      { path: '^src/(modules|programs)/' },
    ),
    error(
      'programs-are-leaves',
      'Nothing depends on a thing you start.',
      { path: '^src/(standards|platform|modules)/' },
      { path: '^src/programs/' },
    ),
    error(
      'modules-meet-at-public',
      'Another module is its public.ts and the types of its api.ts.',
      { path: '^src/modules/([^/]+)/' },
      { path: '^src/modules/', pathNot: '^src/modules/$1/|^src/modules/[^/]+/(public|api)\\.ts$' },
    ),
    error(
      'pure-by-default',
      'Rules of the domain run without a database, a clock or a network.',
      { path: '^src/modules/[^/]+/', pathNot: TOUCHES_WORLD },
      {
        path: `${TOUCHES_WORLD}|^src/platform/(?!http/list)|node_modules/(pg|fastify|undici)/|^(node:)?(fs|net|http|https|child_process|dns|tls)(/|$)`,
        dependencyTypesNot: ['type-only'],
      },
    ),
    error(
      'browser-stays-in-browser',
      'Pages see the wire contract, never the store or a route.',
      { path: '/web/|^src/programs/console/', pathNot: '\\.test\\.ts$' },
      {
        path: '^src/',
        pathNot:
          '/web/|^src/standards/|/api\\.ts$|^src/programs/console/|^src/platform/(http/principal|i18n/language)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    ),
    error(
      'agent-stays-small',
      'What runs on an endpoint is readable in an afternoon.',
      { path: '^src/programs/agent/', pathNot: '\\.test\\.ts$' },
      {
        path: '^src/',
        pathNot: '^src/programs/agent/|^src/standards/|^src/modules/agent-protocol/api\\.ts$',
      },
    ),
    error(
      'no-dev-dependency-in-product',
      'It would be missing once installed.',
      { path: '^src/', pathNot: '\\.test\\.ts$|/web/|^src/programs/console/|^src/testing/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    // A specification in standards/ is whole or it is not that specification, used or not yet.
    error(
      'no-dead-files',
      'What no program reaches is wired in or deleted.',
      { path: '^src/programs/' },
      {
        path: '^src/(modules|platform)/',
        pathNot: '\\.test\\.ts$|/public\\.ts$|/testdata/',
        reachable: false,
      },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // TypeScript 7 has no JavaScript API for dependency-cruiser to call: `typescript` is 6 for this
    // tool alone; the types are checked by 7 (the package `typescript7`).
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
