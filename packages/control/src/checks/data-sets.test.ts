import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dataSetStatement, type GateReport } from '@fettle/gates';
import { type DataSet, digest } from '@fettle/model';
import { generateKeyPem, signEnvelope, signerFromPem, statementPayloadType } from '@fettle/trust';
import { countingData, currentSets } from './data-sets.ts';
import { withSigners } from './report-signers.ts';

function person() {
  const pem = generateKeyPem();
  return { signer: signerFromPem(pem.privateKeyPem), pem: pem.publicKeyPem };
}
type Person = ReturnType<typeof person>;
const [ada, ben, eve] = [person(), person(), person()];

async function setOf(day: number, source: string, ...people: readonly Person[]): Promise<DataSet> {
  const header = {
    kind: 'osv',
    source,
    publishedAt: day * 86_400_000,
    importedAt: day * 86_400_000,
    records: 3,
  } as const;
  const name = digest(Buffer.from(`${source}${day}`).toString('hex').padStart(64, '0'));
  const whole = { ...header, refused: 0, importer: 'x', ecosystems: {} };
  const statement = dataSetStatement({ digest: name, header: whole, sizeBytes: 9 });
  const signers = people.map(({ signer }) => signer);
  const envelope =
    signers.length === 0 ? '' : JSON.stringify(await signEnvelope(statementPayloadType, statement, signers));
  return { ...header, digest: name, envelope, addedBy: 'operator:ada' };
}

const demand = (threshold: number, ...people: readonly Person[]) => ({
  dataSets: { keys: people.map(({ pem }) => pem), threshold },
});
const daysOf = (sets: readonly DataSet[]) =>
  sets.map(({ source, publishedAt }) => `${source} ${publishedAt / 86_400_000}`);

describe('the data of a fleet', () => {
  it('are the newest of each source where its policy asks for no signatures', async () => {
    const sets = [await setOf(9, 'debian'), await setOf(8, 'alpine'), await setOf(7, 'debian', ada)];
    assert.deepEqual(daysOf(currentSets(sets)), ['alpine 8', 'debian 9']);
    assert.deepEqual(countingData(undefined, sets), { sets: currentSets(sets), trust: undefined });
    assert.deepEqual(daysOf(countingData({}, sets).sets), ['alpine 8', 'debian 9']);
  });

  it('are the newest that enough of its keys signed; newer ones that were not are named, once a source', async () => {
    const sets = [
      await setOf(9, 'debian'),
      await setOf(8, 'debian', eve),
      await setOf(7, 'debian', ada),
      await setOf(6, 'debian'),
      await setOf(5, 'alpine', ada, ben),
      await setOf(4, 'pypi'),
    ];
    const { sets: counting, trust } = countingData(demand(1, ada, ben), sets);
    assert.deepEqual(daysOf(counting), ['alpine 5', 'debian 7']);
    assert.deepEqual(Object.keys(trust?.envelopes ?? {}).sort(), counting.map((set) => set.digest).sort());
    assert.equal(trust?.refused.length, 2);
    assert.match(trust?.refused.join() ?? '', /debian of 1970-01-10 .*pypi of 1970-01-05 .*Nobody signed it/);
    assert.deepEqual(daysOf(countingData(demand(2, ada, ben), sets).sets), ['alpine 5']);
    assert.deepEqual(countingData(demand(2, ada, eve), sets).sets, []);
  });

  it('are not those whose record says something else than what was signed', async () => {
    const set = await setOf(9, 'debian', ada);
    for (const lie of [
      { publishedAt: set.publishedAt + 1 },
      { source: 'x' },
      { kind: 'kev' as const },
      { records: 4 },
    ]) {
      assert.deepEqual(countingData(demand(1, ada), [{ ...set, ...lie }]).sets, []);
    }
  });
});

describe('reports', () => {
  const reportOn = (set: DataSet, signedBy?: readonly string[]): GateReport => ({
    gate: 'vulnerabilities',
    verdict: 'pass',
    summary: '',
    findings: [],
    findingsLeftOut: 0,
    facts: {},
    inputs: [
      { name: 'osv: debian', version: set.digest, publishedAt: set.publishedAt, ...(signedBy ? { signedBy } : {}) },
    ],
    documents: [],
  });
  const signersOf = async (policy: Parameters<typeof withSigners>[1], report: GateReport, kept: readonly DataSet[]) =>
    (await withSigners({ dataSets: async () => kept }, policy, [report]))[0]?.inputs[0]?.signedBy;

  it('are told who signed their data since, and keep who was noted before', async () => {
    const set = await setOf(9, 'debian', ada);
    assert.equal(await signersOf({}, reportOn(set), [set]), undefined, 'nobody asks');
    assert.deepEqual(await signersOf(demand(1, ada, ben), reportOn(set), [set]), [ada.signer.keyId]);
    assert.deepEqual(await signersOf(demand(1, ben), reportOn(set), [set]), []);
    const noted = [ben.signer.keyId];
    assert.deepEqual(await signersOf(demand(2, ada, ben), reportOn(set, noted), [set]), [...noted, ada.signer.keyId]);
    assert.deepEqual(await signersOf(demand(1, ben), reportOn(set, noted), []), noted, 'the set itself was removed');
  });
});
