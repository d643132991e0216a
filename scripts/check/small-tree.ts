import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

const house = { name: 'fettle', version: '0.1.0', license: 'Apache-2.0', engines: { node: '>=24.15' } };

/** A package.json as the house wants it, with these dependencies. */
export function packageJson(name: string, dependencies: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({ ...house, name: `@fettle/${name}`, exports: { '.': './src/index.ts' }, dependencies });
}

/**
 * Lays a small repository into a temporary folder, its packages linked as npm would, and removes it after the test.
 * @param files contents by path; package.json of the root comes by itself
 */
export function layTree(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'fettle-tree-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const all = { 'package.json': JSON.stringify(house), 'packages/README.md': '', ...files };
  mkdirSync(join(root, 'node_modules/@fettle'), { recursive: true });
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    const name = /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1];
    if (name) symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@fettle', name));
  }
  return root;
}
