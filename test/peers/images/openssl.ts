import type { KeyObject } from 'node:crypto';
import { run } from '../uboot/fw-tools.ts';

export type OpensslForm = 'ecdsa-sha256' | 'ecdsa-sha384' | 'pss-sha256' | 'ed25519';

interface Parts {
  readonly key: KeyObject;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Whether the program openssl verifies a signature: ECDSA in DER, RSA-PSS with a salt of 32, Ed25519 over the message. */
export function opensslVerifies(
  folder: { write(name: string, bytes: Uint8Array | string): string },
  form: OpensslForm,
  { key, message, signature }: Parts,
): boolean {
  const keyFile = folder.write('key.pem', key.export({ format: 'pem', type: 'spki' }));
  const [data, value] = [folder.write('message', message), folder.write('signature', signature)];
  const args = {
    'ecdsa-sha256': ['dgst', '-sha256', '-verify', keyFile, '-signature', value, data],
    'ecdsa-sha384': ['dgst', '-sha384', '-verify', keyFile, '-signature', value, data],
    'pss-sha256': ['dgst', '-sha256', ...pss, '-verify', keyFile, '-signature', value, data],
    ed25519: ['pkeyutl', '-verify', '-pubin', '-inkey', keyFile, '-rawin', '-in', data, '-sigfile', value],
  }[form];
  try {
    return /Verified OK|Verified Successfully/.test(run('openssl', args));
  } catch {
    return false;
  }
}

const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'];

/** Two numbers as DER: SEQUENCE of two INTEGERs, as openssl wants ECDSA signatures. */
export function derOf(r: Uint8Array, s: Uint8Array): Buffer {
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

function integer(value: Uint8Array): Buffer {
  const first = value.findIndex((byte) => byte !== 0);
  const plain = Buffer.from(value.subarray(Math.max(first, 0)));
  const positive = (plain[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), plain]) : plain;
  return Buffer.concat([Buffer.from([2, positive.length]), positive]);
}
