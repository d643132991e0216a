import { FettleError } from '@fettle/model';
import type { Stage } from './stage.ts';

/** Something that an attacker tries once, on the server, its signer or its log. */
export interface HandAttack {
  readonly name: string;
  /** What is stolen. */
  readonly with: string;
  /** What comes of it. */
  readonly outcome: string;
  /** Tries it. @returns what came of it */
  readonly attempt: (stage: Stage) => Promise<string>;
}

export function byHand(
  name: string,
  outcome: string,
  { with: loot, attempt }: { readonly with: string; readonly attempt: HandAttack['attempt'] },
): HandAttack {
  return { name, with: loot, outcome, attempt };
}

/** How something is refused: the code, with the signer's reason where there is one; `accepted` if it is not. */
export async function refusalOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    const { reason } = error.details;
    return typeof reason === 'string' ? `${error.code}: ${reason}` : error.code;
  }
}
