import { type Attack, attack } from './attack.ts';

/** What is verified in metadata holds for bytes too. */
export const attacksOnBytes: readonly Attack[] = [
  attack('swapped bytes at download, of the same length', 'digest-mismatch', {
    with: 'nothing more',
    artifact: (honest) => Buffer.alloc(honest.length, 'evil'),
  }),
];
