import type { KeyDemand, ReleasePolicy } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import type { OpenDataSet } from './data-set.ts';
import { type NamedDataSet, verifyDataSet } from './data-set-statement.ts';

/** Whose signatures data need to count, and the statements that came with them; plain data. */
export interface DataTrust extends KeyDemand {
  /** DSSE envelopes by the digest of the set that they came with. */
  readonly envelopes: Readonly<Record<string, string>>;
  /** Sets that were left out before: what each is, and why. */
  readonly refused: readonly string[];
}

/** Whose words the gate `vulnerabilities` believes: no settings of its own, they follow from the rest of the policy. */
export interface Believed {
  /** Whose VEX that came with a release closes findings: whoever may sign exceptions may say that none is needed. */
  readonly vexTrust: KeyDemand | undefined;
  /** Whose data count; absent where all do. */
  readonly trust?: DataTrust;
}

export function believedBy(policy: Pick<ReleasePolicy, 'waivers'> | undefined, trust: DataTrust | undefined): Believed {
  return { vexTrust: policy?.waivers, ...(trust ? { trust } : {}) };
}

/** A set that a verdict may rest on. */
export interface CountedSet {
  readonly dataSet: OpenDataSet;
  /** Ids of the keys that vouch for it; undefined where nobody is asked to. */
  readonly signedBy: readonly string[] | undefined;
}

export interface CountedSets {
  readonly counted: readonly CountedSet[];
  /** What each of the others is, and why it does not count. */
  readonly refused: readonly string[];
}

/**
 * Keeps the sets for which enough keys vouch, and says of the others why they do not count.
 * @param trust undefined: every set counts
 * @throws FettleError `invalid-input` when a key is none
 */
export function countedSets(dataSets: readonly OpenDataSet[], trust: DataTrust | undefined): CountedSets {
  if (!trust) return { counted: dataSets.map((dataSet) => ({ dataSet, signedBy: undefined })), refused: [] };
  const demand = { keys: trust.keys.map(readPublicKey), threshold: trust.threshold };
  const counted: CountedSet[] = [];
  const refused = [...trust.refused];
  for (const dataSet of dataSets) {
    const verdict = verifyDataSet(trust.envelopes[dataSet.digest] ?? '', demand, dataSet);
    if (verdict.ok) counted.push({ dataSet, signedBy: verdict.signedBy.map(({ id }) => id) });
    else refused.push(refusalOf(dataSet, verdict.message));
  }
  return { counted, refused };
}

/** `osv osv.dev/Debian of 2026-11-20 (3fb1c2d3e4f5): Nobody signed it.` */
export function refusalOf({ digest, header: { kind, source, publishedAt } }: NamedDataSet, message: string): string {
  const date = new Date(publishedAt).toISOString().slice(0, 10);
  return `${kind} ${source.slice(0, 80)} of ${date} (${digest.slice(0, 12)}): ${message}`;
}
