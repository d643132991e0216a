import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Signer, signerFromPem } from '@fettle/trust';

const roles = [
  'image-snapshot',
  'image-timestamp',
  'director-targets',
  'director-snapshot',
  'director-timestamp',
  'time',
] as const;

/** Every online key of a server. */
export type StolenKeys = Readonly<Record<(typeof roles)[number], Signer>>;

/** Reads the key files of the signer: who owns the whole machine can. */
export function stealKeys(dataDir: string): StolenKeys {
  const folder = join(dataDir, 'signer/tenants/default');
  const read = (role: string) => signerFromPem(readFileSync(join(folder, `${role}.pem`), 'utf8'));
  return Object.fromEntries(roles.map((role) => [role, read(role)])) as StolenKeys;
}
