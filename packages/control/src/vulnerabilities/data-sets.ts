import { openDataSet } from '@fettle/gates';
import type { Source } from '@fettle/images';
import { type Artifact, type DataSet, type DataSetKind, type Digest, FettleError, limits } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { currentSets } from '../checks/data-sets.ts';
import type { ArtifactStore } from '../ports.ts';
import { addSignatures, claimedKeys, readEnvelope } from './data-set-signatures.ts';

/** What whoever imported a data set says of it; it has to agree with the file. */
export interface NewDataSet {
  readonly digest: Digest;
  readonly kind: DataSetKind;
  readonly records: number;
  /** The DSSE envelope of the statement on it, as JSON text; empty when nobody signed. */
  readonly envelope: string;
}

/** A clock that is a little fast is no lie. */
const mostAheadMs = 3_600_000;

/**
 * Takes an uploaded file into use as vulnerability data: its header is read and compared, also with the statement that
 * came along. Releases are looked at again by the duty `vulnerabilities`. The same one again adds its signatures to those
 * that are kept; each fleet's policy says whose count.
 * @throws FettleError `artifact-missing`, `invalid-input`, `limit-reached`, `wrong-state`
 */
export async function addDataSet(scope: Scope, brain: Brain, input: NewDataSet): Promise<DataSet> {
  demand(scope, 'vulnerability.write');
  const reads = brain.store.reads(scope);
  const known = (await reads.dataSets()).find(({ digest }) => digest === input.digest);
  if (known) return addSignatures(scope, brain, known, input.envelope);
  const artifact = await reads.artifact(input.digest);
  if (!artifact)
    throw new FettleError('artifact-missing', `Expected the file of data set ${input.digest}; upload it first.`);
  const { header } = await openDataSet(artifactSource(brain.artifacts, artifact), input.digest);
  const now = brain.clock.now();
  demandHeader(header, input, now);
  if (input.envelope !== '') readEnvelope(input.envelope, { digest: input.digest, header });
  const set: DataSet = {
    digest: input.digest,
    kind: header.kind,
    source: header.source,
    publishedAt: header.publishedAt,
    importedAt: header.importedAt,
    records: header.records,
    envelope: input.envelope,
    addedBy: scope.actor,
  };
  await brain.store.transact(scope, async (tx) => {
    if ((await tx.dataSets()).length >= limits.dataSets) {
      throw new FettleError('limit-reached', `There are ${limits.dataSets} data sets. Remove one: fettle vulndb list.`);
    }
    await tx.insertDataSet(set);
    await tx.appendAudit({
      verb: 'data-set.added',
      object: `data-set/${set.digest}`,
      fleet: null,
      before: null,
      after: set.digest,
      reason: `${set.kind} ${set.source}, ${set.records} records of ${new Date(set.publishedAt).toISOString()}`.slice(
        0,
        500,
      ),
    });
  });
  return set;
}

function demandHeader(
  header: Pick<DataSet, 'kind' | 'records' | 'publishedAt' | 'importedAt'>,
  { kind, records }: NewDataSet,
  now: number,
): void {
  if (header.kind !== kind || header.records !== records) {
    const found = `${header.kind} with ${header.records} records`;
    throw new FettleError('invalid-input', `Expected a data set ${kind} with ${records} records, found ${found}.`);
  }
  // A date in the future would keep the data young for ever.
  if (Math.max(header.publishedAt, header.importedAt) > now + mostAheadMs) {
    throw new FettleError('invalid-input', 'The data set has a date in the future. Import it with a right clock.');
  }
}

/** A data set, and whether verdicts rest on it where a policy asks for no signatures. */
export interface ListedDataSet extends DataSet {
  readonly isCurrent: boolean;
  /** Ids of the keys that are said to have signed it. */
  readonly claimedKeys: readonly string[];
}

/** Newest first. */
export async function listDataSets(scope: Scope, brain: Brain): Promise<readonly ListedDataSet[]> {
  demand(scope, 'fleet.read');
  const sets = await brain.store.reads(scope).dataSets();
  const current = new Set(currentSets(sets).map(({ digest }) => digest));
  return sets.map((set) => ({ ...set, isCurrent: current.has(set.digest), claimedKeys: claimedKeys(set) }));
}

/** Verdicts rest on it no more; the one before it of the same source is current again. Its file stays an artifact. */
export async function removeDataSet(
  scope: Scope,
  brain: Brain,
  input: { readonly digest: Digest; readonly reason: string },
): Promise<void> {
  demand(scope, 'vulnerability.write');
  await brain.store.transact(scope, async (tx) => {
    const found = (await tx.dataSets()).find(({ digest }) => digest === input.digest);
    if (!found) throw new FettleError('not-found', `There is no data set ${input.digest}.`);
    await tx.deleteDataSet(found.digest);
    const object = `data-set/${found.digest}`;
    const { reason } = input;
    await tx.appendAudit({ verb: 'data-set.removed', object, fleet: null, before: found.digest, after: null, reason });
  });
}

function artifactSource(artifacts: ArtifactStore, { digest, sizeBytes }: Artifact): Source {
  return {
    size: sizeBytes,
    async read(offset, length) {
      if (length === 0) return new Uint8Array(0);
      const pieces: Uint8Array[] = [];
      await artifacts.pour(digest, async (piece) => void pieces.push(Uint8Array.from(piece)), {
        start: offset,
        end: offset + length - 1,
      });
      return Buffer.concat(pieces);
    },
  };
}
