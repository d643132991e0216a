import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { toolPath } from '../need.ts';

export interface EnvFiles {
  readonly config: string;
  readonly copies: readonly string[];
}

/** Writes a `fw_env.config` for one or two files in the folder, each holding one copy from its first byte. */
export function envFiles(folder: string, count: 1 | 2, sizeBytes: number): EnvFiles {
  const copies = count === 1 ? [join(folder, 'env')] : [join(folder, 'env-0'), join(folder, 'env-1')];
  const config = join(folder, 'fw_env.config');
  writeFileSync(config, copies.map((copy) => `${copy} 0x0 0x${sizeBytes.toString(16)}\n`).join(''));
  return { config, copies };
}

/** All variables as Debian's `fw_printenv` sees them; names and values are bytes, no line feeds in either. */
export function fwPrint(config: string): Map<string, string> {
  const lines = run('fw_printenv', ['-c', config]).split('\n').slice(0, -1);
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** One value, line feeds welcome. */
export function fwPrintOne(config: string, name: string): string {
  return run('fw_printenv', ['-c', config, '-n', name]).slice(0, -1);
}

/** Sets one variable by Debian's `fw_setenv`. */
export function fwSet(config: string, name: string, value: string): void {
  run('fw_setenv', ['-c', config, name, value]);
}

/** Sets several variables in one write, by a script file. */
export function fwSetAll(config: string, variables: ReadonlyMap<string, string>): void {
  const script = `${config}.script`;
  writeFileSync(script, [...variables].map(([name, value]) => `${name}=${value}\n`).join(''));
  run('fw_setenv', ['-c', config, '-s', script]);
}

/** Runs a peer's tool to its end and gives its output as bytes, one character each. */
export function run(tool: string, args: readonly string[]): string {
  const env = { ...process.env, PATH: toolPath().join(delimiter), LC_ALL: 'C' };
  const result = spawnSync(tool, args, { encoding: 'latin1', timeout: 20_000, env });
  if (result.status === 0) return result.stdout;
  throw new Error(
    `${tool} ${args.join(' ')} ended with ${result.status ?? result.signal}: ${result.stderr.slice(0, 2000)}`,
  );
}
