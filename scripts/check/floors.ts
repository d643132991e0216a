import type { IConfiguration, IForbiddenRuleType } from 'dependency-cruiser';

/**
 * What each package may import of the others. A new package needs a row here: `check` fails without one.
 * Ground: model. Languages: trust, images, gates, protocol, api. Brains: control, signers, checker. Doors: server, agent,
 * cli, simulator.
 */
export const floors: Readonly<Record<string, readonly string[]>> = {
  model: [],
  trust: ['model'],
  images: ['model'],
  gates: ['model', 'images', 'trust'],
  protocol: ['model'],
  api: ['model'],
  control: ['model', 'trust', 'images', 'gates', 'protocol', 'api'],
  signers: ['model', 'trust'],
  dossier: [],
  checker: ['model', 'images', 'gates'],
  server: ['model', 'trust', 'images', 'gates', 'protocol', 'api', 'control', 'signers', 'checker', 'dossier'],
  agent: ['model', 'trust', 'images', 'protocol'],
  cli: ['model', 'trust', 'images', 'gates', 'api', 'signers', 'checker', 'dossier'],
  simulator: ['model', 'trust', 'images', 'gates', 'protocol', 'api', 'control'],
};

/** Packages without file system, network, process, timers or clock: the same bytes in, the same answer out. */
export const purePackages: readonly string[] = ['model', 'trust', 'images', 'gates', 'protocol', 'control'];

/** The parts of Node that are computation only. */
export const pureNodeModules: readonly string[] = ['buffer', 'crypto', 'stream', 'zlib'];

const testFiles = ['\\.test\\.tsx?$', '^packages/[^/]+/test/', '^test/'];

const perPackage: IForbiddenRuleType[] = Object.entries(floors).map(([name, allowed]) => ({
  name: `floor-${name}`,
  severity: 'error',
  comment: `${name} may import ${allowed.join(', ') || 'no other package'}. A wish for more means a port.`,
  from: { path: `^packages/${name}/` },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}));

const forbidden: IForbiddenRuleType[] = [
  ...perPackage,
  {
    name: 'floor-actions',
    severity: 'error',
    comment: 'Actions are wrappers over the command line: they may import cli, api and model, by name.',
    from: { path: '^actions/' },
    to: { path: '^packages/', pathNot: '^packages/(cli|api|model)/' },
  },
  {
    name: 'no-cycle',
    severity: 'error',
    comment: 'No import cycles, not even of types between two files: move what both need into a third.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-unresolved',
    severity: 'error',
    comment: 'This import leads nowhere: check the name, package.json and `exports`.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'pure',
    severity: 'error',
    comment: `Pure packages use of Node only ${pureNodeModules.join(', ')}: take bytes and time from the caller.`,
    from: { path: `^packages/(${purePackages.join('|')})/`, pathNot: testFiles },
    to: { dependencyTypes: ['core'], pathNot: `^(node:)?(${pureNodeModules.join('|')})$` },
  },
  {
    name: 'rooms-of-the-server',
    severity: 'error',
    comment: 'manage, device and work get ports: only main.ts knows the store and the artifact store.',
    from: { path: '^packages/server/src/(manage|device|work)/', pathNot: testFiles },
    to: { path: '^packages/server/src/(store|artifacts)/' },
  },
  {
    name: 'no-test-in-product',
    severity: 'error',
    comment: 'The product does not import tests, benches or scripts.',
    from: { path: '^(packages|actions)/', pathNot: testFiles },
    to: { path: [...testFiles, '^(scripts|bench)/'] },
  },
];

/** The rules of the house for dependency-cruiser, also for its command line (`.dependency-cruiser.mjs`). */
export const cruiserConfig: IConfiguration = {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.node', '.d.ts'],
    },
  },
};
