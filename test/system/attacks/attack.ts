import type { Interference } from './hostile-proxy.ts';

/** Something that an attacker tries on every device. */
export interface Attack {
  readonly name: string;
  /** What is stolen beside the server, its database and its disk. */
  readonly with: string;
  /** How every device refuses it. */
  readonly code: string;
  readonly interference: Interference;
}

export function attack(
  name: string,
  code: string,
  { with: loot, ...interference }: Interference & { readonly with: string },
): Attack {
  return { name, with: loot, code, interference };
}
