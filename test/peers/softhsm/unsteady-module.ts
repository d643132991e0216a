import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pkcs11jsFolder } from '../../../packages/signers/src/pkcs11/build-module.ts';
import { softhsmModule } from './softhsm-token.ts';

/** Compiles the module that stands before SoftHSM and can be told to fail; gives its path. */
export function buildUnsteadyModule(folder: string): string {
  const target = join(folder, 'unsteady.so');
  const headers = join(pkcs11jsFolder(), 'includes', 'pkcs11');
  const source = join(import.meta.dirname, 'unsteady-module.c');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-I', headers, source, '-o', target, '-ldl']);
  process.env.FETTLE_UNSTEADY = folder;
  process.env.FETTLE_UNSTEADY_MODULE = softhsmModule;
  return target;
}
