import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where pkcs11js looks for its native part. */
export function nativePartOf(packageFolder: string): string {
  return join(packageFolder, 'build', 'Release', 'pkcs11.node');
}

export function pkcs11jsFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('pkcs11js/package.json'));
}

/**
 * Compiles the native part of pkcs11js, which no install script does here (decision 0006): three C++ files against
 * the headers that come with Node. Needs a C++ compiler and nothing from the network.
 */
export function buildNativePart(compiler = 'c++'): string {
  const folder = pkcs11jsFolder();
  const target = nativePartOf(folder);
  mkdirSync(dirname(target), { recursive: true });
  // Compiled beside and moved: who loads it meanwhile sees the old one or the whole new one.
  const fresh = `${target}.${process.pid}`;
  const flags = ['-shared', '-fPIC', '-std=c++17', '-O2', '-DNODE_GYP_MODULE_NAME=pkcs11', '-DBUILDING_NODE_EXTENSION'];
  const sources = ['dl', 'common', 'main'].map((name) => join(folder, 'src', `${name}.cpp`));
  const undefinedLater = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  const headers = ['-I', nodeHeaders(), '-I', join(folder, 'includes')];
  const { status, error, stderr } = spawnSync(
    compiler,
    [...flags, ...undefinedLater, ...headers, ...sources, '-o', fresh],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    rmSync(fresh, { force: true });
    throw new Error(`Expected ${compiler} to compile pkcs11js, found: ${error?.message ?? stderr}`);
  }
  renameSync(fresh, target);
  return target;
}

function nodeHeaders(): string {
  const besideNode = join(dirname(process.execPath), '..', 'include', 'node');
  if (existsSync(join(besideNode, 'node_api.h'))) return besideNode;
  const message = `Expected the headers of Node in ${besideNode}, found none. Run it by the Node that npm installed.`;
  throw new Error(message);
}

if (import.meta.main) console.log(`built ${buildNativePart()}`);
