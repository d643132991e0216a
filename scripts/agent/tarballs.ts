import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Json = { readonly [key: string]: unknown };
interface PackageFile extends Json {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '../..');

/**
 * Makes what a machine without this repository installs: one of our packages and all that it needs, each as a
 * tarball with plain JavaScript, because Node refuses to strip types below node_modules.
 * Packages of others are packed from node_modules, so that installing needs no network.
 * @returns paths of the tarballs in `folder`
 */
export function packAlone(name: string, folder: string): string[] {
  const stage = mkdtempSync(join(tmpdir(), 'fettle-pack-'));
  try {
    mkdirSync(folder, { recursive: true });
    const { own, others } = collectPackages(name);
    emitJavaScript(own, stage);
    for (const each of own) writePackage(each, join(stage, each));
    const sources = [
      ...own.map((name) => join(stage, name)),
      ...others.map((name) => join(root, 'node_modules', name)),
    ];
    return sources.map((source) => packFolder(source, folder));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Follows `dependencies` from one workspace package down: ours by folder name, those of others by package name. */
function collectPackages(first: string): { own: string[]; others: string[] } {
  const own = new Set<string>();
  const others = new Set<string>();
  const follow = (file: string) => {
    for (const name of Object.keys(readPackage(file).dependencies ?? {})) {
      const folder = name.startsWith('@fettle/') ? name.slice('@fettle/'.length) : undefined;
      const known = folder === undefined ? others.has(name) : own.has(folder);
      if (known) continue;
      if (folder === undefined) others.add(name);
      else own.add(folder);
      follow(folder === undefined ? `node_modules/${name}/package.json` : `packages/${folder}/package.json`);
    }
  };
  own.add(first);
  follow(`packages/${first}/package.json`);
  return { own: [...own], others: [...others] };
}

function emitJavaScript(names: readonly string[], stage: string): void {
  const packages = join(root, 'packages');
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      rootDir: packages,
      outDir: stage,
      noEmitOnError: true,
      // The launchers in bin/ are JavaScript and name a .ts file that becomes a .js one.
      allowJs: true,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: names.flatMap((name) => [`${packages}/${name}/src/**/*.ts`, `${packages}/${name}/bin/*.js`]),
    exclude: ['**/*.test.ts'],
  };
  const configFile = join(stage, 'tsconfig.json');
  writeFileSync(configFile, JSON.stringify(config));
  run(process.execPath, [join(root, 'node_modules/typescript7/bin/tsc'), '-p', configFile], root);
}

function writePackage(name: string, target: string): void {
  const { devDependencies: _, ...value } = readPackage(`packages/${name}/package.json`);
  const text = JSON.stringify(value, null, 2).replaceAll(/"(\.\/[^"]*)\.ts"/g, '"$1.js"');
  writeFileSync(join(target, 'package.json'), `${text}\n`);
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  const readme = join(root, 'packages', name, 'README.md');
  if (existsSync(readme)) cpSync(readme, join(target, 'README.md'));
}

function packFolder(source: string, folder: string): string {
  const [packed]: { filename: string }[] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder, source], root),
  );
  if (packed === undefined) throw new Error(`npm pack made nothing from ${source}.`);
  return join(folder, packed.filename);
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 120_000 });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
}

function readPackage(file: string): PackageFile {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
