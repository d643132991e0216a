import { joinSignatures, type NamedDataSet, readDataSetEnvelope } from '@fettle/gates';
import { type DataSet, FettleError } from '@fettle/model';
import type { Envelope } from '@fettle/trust';
import type { Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { rejudgeReleases } from '../checks/rejudge.ts';

/**
 * Adds the signatures of an envelope to those that are kept with a data set, as several people sign one after the other;
 * releases whose data are now signed well enough are judged anew. Signatures are compared with keys where a fleet's policy
 * names keys.
 * @param text DSSE, as it came; empty adds nothing
 * @throws FettleError `invalid-input`, `wrong-state`
 */
export async function addSignatures(scope: Scope, brain: Brain, { digest }: DataSet, text: string): Promise<DataSet> {
  const { set, isChanged } = await brain.store.transact(scope, async (tx) => {
    const known = (await tx.dataSets()).find((one) => one.digest === digest);
    if (!known) throw new FettleError('wrong-state', `Data set ${digest} was removed meanwhile. Add it again.`);
    const envelope = text === '' ? known.envelope : joined(known, text);
    if (envelope === known.envelope) return { set: known, isChanged: false };
    const signed: DataSet = { ...known, envelope };
    const keys = claimedKeys(signed).map((id) => id.slice(0, 12));
    await tx.insertDataSet(signed);
    await tx.appendAudit({
      verb: 'data-set.signed',
      object: `data-set/${digest}`,
      fleet: null,
      before: digestOf({ envelope: known.envelope }),
      after: digestOf({ envelope }),
      reason: `${known.kind} ${known.source}, said to be signed by ${keys.join(', ')}`.slice(0, 500),
    });
    return { set: signed, isChanged: true };
  });
  if (isChanged) await rejudgeBySignatures(scope, brain);
  return set;
}

function joined(known: DataSet, text: string): string {
  const named = { digest: known.digest, header: known };
  const added = readEnvelope(text, named);
  const before = known.envelope === '' ? undefined : readDataSetEnvelope(known.envelope, named);
  // What an earlier version kept without a look is about something else: it counts for nobody.
  if (!before?.ok) return text;
  const both = joinSignatures(before.envelope, added);
  if (!both.ok) throw new FettleError('wrong-state', `${both.message} Remove the data set and add it again.`);
  return sameKeys(before.envelope, both.envelope) ? known.envelope : JSON.stringify(both.envelope);
}

function sameKeys(a: Envelope, b: Envelope): boolean {
  const written = ({ signatures }: Envelope) => signatures.map(({ keyid, sig }) => `${keyid} ${sig}`).sort();
  return written(a).join() === written(b).join();
}

/** @throws FettleError `invalid-input` when it is about something else than the data set */
export function readEnvelope(text: string, named: NamedDataSet): Envelope {
  const read = readDataSetEnvelope(text, named);
  if (read.ok) return read.envelope;
  throw new FettleError('invalid-input', `Expected a signed statement on data set ${named.digest}: ${read.message}`);
}

/** Verdicts of releases may rest on data that now are signed well enough. */
async function rejudgeBySignatures(scope: Scope, brain: Brain): Promise<void> {
  for (let after: string | undefined; ; ) {
    const { items, next } = await brain.store.reads(scope).fleets({ limit: 100, after });
    for (const { id, releasePolicy } of items) {
      if (!releasePolicy?.dataSets) continue;
      if ((await rejudgeReleases(scope, brain, id)) > 0) fleetChanged(brain, scope.tenant, id);
    }
    if (next === null) return;
    after = next;
  }
}

/** Ids of the keys that the statement on a data set names; nothing is verified. */
export function claimedKeys({ digest, envelope, ...header }: DataSet): readonly string[] {
  const read = readDataSetEnvelope(envelope, { digest, header });
  return read.ok ? read.envelope.signatures.map(({ keyid }) => keyid.slice(0, 64)) : [];
}
