import type { ReleasePolicy } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import type { GateReport } from '../core/gate.ts';
import { isDataInput, isOsvInput } from '../vulnerabilities/data/data-input.ts';

/** What of a report's data does not count, in one sentence; undefined when its verdict may be asked for. */
export type Distrust = (report: GateReport) => string | undefined;

/**
 * Whether what a report says of vulnerabilities rests on data that count under a policy, whatever it was made by: on
 * enough signatures for every set, and on one at least that says which packages are affected.
 * @throws FettleError `invalid-input` when a key is none
 */
export function dataDistrust({ dataSets }: Pick<ReleasePolicy, 'dataSets'>): Distrust {
  if (!dataSets) return () => undefined;
  const { threshold } = dataSets;
  const ids = new Set<string>(dataSets.keys.map((pem) => readPublicKey(pem).id));
  return ({ gate, inputs }) => {
    if (gate !== 'vulnerabilities') return undefined;
    const doubtful = inputs.filter(
      (input) => isDataInput(input) && new Set(input.signedBy?.filter((id) => ids.has(id))).size < threshold,
    );
    if (doubtful.length > 0) {
      const names = doubtful.slice(0, 3).map(({ name, version }) => `${name.slice(0, 80)} (${version.slice(0, 12)})`);
      return (
        `It rests on data that fewer than ${threshold} of the keys in the policy have signed, ${names.join(', ')}: ` +
        'have them signed, or check again by data that are.'
      );
    }
    return inputs.some(isOsvInput) ? undefined : 'No signed data on affected packages count.';
  };
}
