import type { Context } from '../context.ts';
import type { RepositoryName } from './pins.ts';

/** A root that is taken as it is shown, because nothing is pinned yet. */
export interface FirstTrust {
  readonly name: RepositoryName;
  readonly version: number;
  readonly fingerprint: string;
  /** Who shows it: the server, or a request. */
  readonly shownBy: string;
  /** Where it is pinned. */
  readonly file: string;
}

/** Says it loudly: under --json too, on standard error. */
export function sayFirstTrust({ io, style }: Context, { name, version, fingerprint, shownBy, file }: FirstTrust): void {
  const { origin, repository } = name;
  const lines = [
    style.waiting(`FIRST TRUST: the ${repository} root of ${origin} is taken as ${shownBy} shows it.`),
    `  root ${version}, SHA-256 ${fingerprint}`,
    `  Compare this with an officer by another way, or name a root by --root FILE. It is pinned in ${file}`,
  ];
  io.stderr.write(`${lines.join('\n')}\n`);
}
