import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/** Folders of actions; each has `src/main.ts` and gets `dist/index.js`. */
export const actions = ['publish'] as const;
export type ActionName = (typeof actions)[number];

/** What a runner runs, and what the licences of the libraries in it ask us to hand on. */
export interface Bundle {
  readonly 'index.js': string;
  readonly 'licenses.txt': string;
}

const root = join(import.meta.dirname, '..');
/** Signing by a token takes a native module and a thread of its own: that is for the command line, not for a bundle. */
const external = ['pkcs11js'];

/** Bundles an action: the same sources give the same bytes. */
export async function bundleAction(name: ActionName): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`actions/${name}/src/main.ts`],
    outfile: `actions/${name}/dist/index.js`,
    ...{ bundle: true, write: false, metafile: true, platform: 'node', target: 'node24', format: 'esm', external },
    ...{ minifySyntax: true, legalComments: 'inline', charset: 'utf8', logLevel: 'error' },
    banner: {
      js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
    },
  });
  const [file] = outputFiles;
  if (!file || outputFiles.length !== 1) throw new Error(`Expected one file of ${name}, found ${outputFiles.length}.`);
  return { 'index.js': file.text, 'licenses.txt': await licencesOf(Object.keys(metafile.inputs)) };
}

/** Where a file of a bundle is kept. */
export function bundlePath(name: ActionName, file: keyof Bundle = 'index.js'): string {
  return join(import.meta.dirname, name, 'dist', file);
}

async function licencesOf(inputs: readonly string[]): Promise<string> {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []);
  const parts: string[] = [];
  for (const folder of [...new Set(folders)].sort()) {
    const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
    if (!file) throw new Error(`Expected the licence of ${folder}, found none.`);
    const text = await readFile(join(root, folder, file), 'utf8');
    parts.push(`${folder.replace(/^.*node_modules\//, '')}\n\n${text.trim()}\n`);
  }
  return parts.join(`\n${'-'.repeat(40)}\n\n`);
}

async function writeBundle(name: ActionName): Promise<void> {
  const bundle = await bundleAction(name);
  await mkdir(dirname(bundlePath(name)), { recursive: true });
  for (const [file, text] of Object.entries(bundle) as [keyof Bundle, string][]) {
    const path = bundlePath(name, file);
    const isSame = existsSync(path) && (await readFile(path, 'utf8')) === text;
    if (!isSame) await writeFile(path, text);
    console.log(`actions/${name}/dist/${file}: ${isSame ? 'as it was' : `written, ${text.length} characters`}`);
  }
}

if (import.meta.main) for (const name of actions) await writeBundle(name);
