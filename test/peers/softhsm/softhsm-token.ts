import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretReader } from '@fettle/signers';
import { buildNativePart, nativePartOf, pkcs11jsFolder } from '../../../packages/signers/src/pkcs11/build-module.ts';
import { need, toolPath } from '../need.ts';

export const softhsmModule = '/usr/lib/softhsm/libsofthsm2.so';
const soPin = '87654321';

/** Whether the programs are there; builds the native part of pkcs11js where nobody did. */
export function haveSoftHsm(tests: string): boolean {
  if (!need(tests, ['softhsm2-util', 'pkcs11-tool', 'c++', softhsmModule])) return false;
  if (!existsSync(nativePartOf(pkcs11jsFolder()))) buildNativePart();
  return true;
}

/** A token of SoftHSM in a folder of its own, which this process and the tools that it runs see. */
export interface SoftHsmToken {
  readonly folder: string;
  readonly label: string;
  readonly pin: string;
  readonly readSecret: ReturnType<typeof secretReader>;
  /** A locator of ours for a key in it. */
  locator(object: string, id: string, module?: string): string;
  /** Runs pkcs11-tool logged in to the token. */
  pkcs11Tool(...args: readonly string[]): string;
  remove(): void;
}

export function makeToken(pin = '314159-pin'): SoftHsmToken {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-softhsm-'));
  const config = join(folder, 'softhsm2.conf');
  mkdirSync(join(folder, 'tokens'));
  writeFileSync(config, `directories.tokendir = ${folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n`);
  // Read by the module, which is loaded into this very process.
  process.env.SOFTHSM2_CONF = config;
  const env = { ...process.env, PATH: toolPath().join(':') };
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('softhsm2-util', ['--init-token', '--free', '--label', 'fettle', '--pin', pin, '--so-pin', soPin]);
  return {
    folder,
    label: 'fettle',
    pin,
    readSecret: secretReader({ environment: { PIN: pin, WRONG_PIN: '271828-pin' } }),
    locator: (object, id, module = softhsmModule) =>
      `pkcs11:token=fettle;object=${object};id=%${id}?module-path=${module}&pin-source=env:PIN`,
    pkcs11Tool: (...args) =>
      run('pkcs11-tool', ['--module', softhsmModule, '--token-label', 'fettle', '--login', '--pin', pin, ...args]),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
