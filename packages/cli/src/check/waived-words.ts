import type { StageVerdictView } from '@fettle/api';
import { counted } from '../output/format.ts';

/** `1 finding waived`, of the stage that sees most of them; empty where nothing is. */
export function waivedWords(stages: readonly StageVerdictView[]): string {
  const sums = stages.map(({ gates }) => gates.reduce((sum, { waived }) => sum + waived, 0));
  const most = Math.max(0, ...sums);
  return most === 0 ? '' : `${counted(most, 'finding')} waived`;
}
