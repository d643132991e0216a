import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { CheckedGateView, CheckView } from '@fettle/api';
import { writeTar, writeZip } from '../../packages/images/test/write-archives.ts';
import { openVulnerabilityDesk, recordOf, type VulnerabilityDesk } from './affected-support.ts';
import { until } from './api-support.ts';

const fleet = ['--fleet', 'routers'];
const patience = 60_000;
// As young as the moment in which they are made: the later one is the newer.
const harmless = () => [recordOf('DSA-1', 'bash', '1.0-1')];
const dangerous = () => [...harmless(), recordOf('CVE-2026-9', 'openssl', '3.0.9-1')];
const image = writeTar([
  { name: 'etc/os-release', bytes: Buffer.from('ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n') },
  {
    name: 'var/lib/dpkg/status',
    bytes: Buffer.from('Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.8-1\n\n'),
  },
]);

/** A desk with the keys of two officers and a stranger. */
async function openOffice() {
  const at = await openVulnerabilityDesk();
  const path = (name: string) => join(at.desk.folder, name);
  for (const name of ['ada', 'ben', 'eve']) await at.ask('key', 'create', '--out', path(`${name}.key`));
  let made = 0;
  return Object.assign(at, {
    path,
    key: (name: string) => ['--key', path(`${name}.key`)],
    /** A data set file of OSV records, which nobody signed. */
    async dataSet(records: readonly object[], source = 'osv.dev/Debian'): Promise<string> {
      const [zip, out] = [path(`${made}.zip`), path(`${made++}.fds`)];
      const entries = records.map((record, n) => ({ name: `${n}.json`, bytes: Buffer.from(JSON.stringify(record)) }));
      await writeFile(zip, writeZip(entries));
      await at.ask('vulndb', 'import', zip, '--kind', 'osv', '--source', source, '--out', out);
      return out;
    },
    async policy(threshold: number, onNewFindings = 'alert'): Promise<string> {
      const lines = [
        'stages: { production: { gates: { vulnerabilities: open.critical == 0 } } }',
        `dataSets: { keys: [ada.key.pub, ben.key.pub], threshold: ${threshold} }`,
        `onNewFindings: ${onNewFindings}`,
      ];
      await writeFile(path('policy.yaml'), lines.join('\n'));
      return path('policy.yaml');
    },
  });
}
type Office = Awaited<ReturnType<typeof openOffice>>;

async function checked(at: VulnerabilityDesk): Promise<{ check: CheckView; gate: CheckedGateView | undefined }> {
  const sha256 = createHash('sha256').update(image).digest('hex');
  await at.client.upload({
    sha256,
    sizeBytes: image.length,
    open: async function* (offset) {
      yield image.subarray(offset);
    },
  });
  const artifacts = [{ deviceType: 'r1', component: 'app', sha256 }];
  const { check } = await at.client.requestCheck({ fleet: 'routers', version: '2.0.0', artifacts, anew: true });
  const done = await until(
    async () => {
      const now = await at.client.getCheck({ fleet: 'routers', check: check.id });
      return now.status === 'queued' || now.status === 'running' ? undefined : now;
    },
    'the check',
    patience,
  );
  const { reports } = await at.client.getCheckReports({ fleet: 'routers', check: check.id });
  return { check: done, gate: reports.find(({ gate }) => gate === 'vulnerabilities') };
}

const verdictOf = ({ check }: { check: CheckView }) => check.stages[0]?.verdict;

async function clearance(at: Office): Promise<string | undefined> {
  return (await at.client.getRelease({ fleet: 'routers', version: '1.0.0' })).clearance?.stages[0]?.verdict;
}

test('data count when two people have signed them, and what was judged by them is judged anew with each signature', async () => {
  await using at = await openOffice();
  const set = await at.dataSet(harmless());
  await at.ask('vulndb', 'add', set);
  await at.release('1.0.0', { openssl: '3.0.8-1' });
  assert.equal(await clearance(at), 'pass', 'a fleet that names no keys takes what it is given');

  const policy = await at.policy(2);
  const tried = (await at.ask('policy', 'try', policy, ...fleet)) as { tried: { after: { verdict: string }[] }[] };
  assert.equal(tried.tried[0]?.after[0]?.verdict, 'inconclusive');
  await at.ask('policy', 'set', policy, ...fleet);
  const shown = await at.type('policy', 'show', ...fleet);
  assert.match(shown.out, /vulnerability data count when 2 of 2 keys signed them/);
  assert.equal(await clearance(at), 'inconclusive', 'nobody signed what it rests on');
  const open = await checked(at);
  assert.equal(verdictOf(open), 'inconclusive');
  assert.match(open.check.stages[0]?.gates[0]?.why ?? '', /No signed data .* count.*fettle vulndb sign FILE/);
  assert.match(String(open.gate?.facts.dataSetsRefused), /osv osv\.dev\/Debian of .*: Nobody signed it/);

  // A stranger's signature is kept, and counts for nothing.
  await at.ask('vulndb', 'sign', set, ...at.key('eve'));
  await at.ask('vulndb', 'add', set);
  await at.ask('vulndb', 'sign', set, ...at.key('ada'));
  await at.ask('vulndb', 'add', set);
  assert.equal(await clearance(at), 'inconclusive', 'one of two');
  assert.match(String((await checked(at)).gate?.facts.dataSetsRefused), /Expected 2 valid signature.* found 1/);

  // The second person signs what the first one hands over, elsewhere: the server joins the signatures.
  await copyFile(set, at.path('copy.fds'));
  await at.dataSet(dangerous());
  const sign = ['vulndb', 'sign', at.path('copy.fds'), ...at.key('ben'), '--from'];
  const other = await at.type(...sign, at.path('1.zip'));
  assert.match(other.err, /expected the data set [0-9a-f]{64} to be made of it, but there come 2 records/);
  const own = (await at.ask(...sign, at.path('0.zip'))) as { keyIds: string[] };
  assert.equal(own.keyIds.length, 1);
  await at.ask('vulndb', 'add', at.path('copy.fds'));
  assert.equal(await clearance(at), 'pass', 'cleared again, and no gate ran');
  const closed = await checked(at);
  assert.equal(verdictOf(closed), 'pass');
  assert.equal(closed.gate?.inputs.find(({ name }) => name.startsWith('osv'))?.signedBy?.length, 2);
  const verbs = (await at.client.listAudit({})).items.map(({ verb }) => verb);
  assert.equal(verbs.filter((verb) => verb === 'data-set.signed').length, 3);
});

test('whoever holds a token of an operator hides nothing: unsigned data replace no signed ones', async () => {
  await using at = await openOffice();
  await at.ask('policy', 'set', await at.policy(1, 'hold'), ...fleet);
  const [before, telling] = [await at.dataSet(harmless()), await at.dataSet(dangerous())];
  await at.ask('vulndb', 'sign', before, ...at.key('ada'));
  await at.ask('vulndb', 'add', before);
  await at.release('1.0.0', { openssl: '3.0.8-1' });
  await at.ask('vulndb', 'sign', telling, ...at.key('ben'));
  await at.ask('vulndb', 'add', telling);
  const affected = async () => (await at.client.findAffected({ vulnerability: 'CVE-2026-9' })).fleets[0]?.releases;
  const first = await until(affected, 'the release to be among the affected ones', patience);
  assert.equal(first[0]?.version, '1.0.0');
  const isCleared = (verdict: string) => async () => ((await clearance(at)) === verdict ? true : undefined);
  await until(isCleared('fail'), 'the release to be held', patience);
  assert.equal(verdictOf(await checked(at)), 'fail');

  // Newer, of the same source, and not a word of openssl; once unsigned, once signed by a stranger.
  for (const signing of [[], at.key('eve')]) {
    const planted = await at.dataSet(harmless());
    if (signing.length > 0) await at.ask('vulndb', 'sign', planted, ...signing);
    await at.ask('vulndb', 'add', planted);
    const { check, gate } = await checked(at);
    assert.equal(check.stages[0]?.verdict, 'fail');
    assert.match(gate?.summary ?? '', /Not counted: osv osv\.dev\/Debian of/);
    assert.equal((await affected())?.length, 1);
    assert.equal(await clearance(at), 'fail');
  }

  // Another's statement does not come with them, and without any data there is no verdict.
  const planted = await at.dataSet(harmless());
  const borrowed = await at.type('vulndb', 'add', planted, '--statement', `${telling}.dsse.json`);
  assert.notEqual(borrowed.exit, 0);
  assert.match(borrowed.err, /found one on another/);
  for (const { sha256 } of (await at.client.listDataSets({})).items) {
    await at.client.removeDataSet({ sha256, reason: 'to hide it' });
  }
  assert.equal(verdictOf(await checked(at)), 'inconclusive');
  await until(isCleared('inconclusive'), 'the release to be judged without data', patience);
});

test('what was judged by data that count no more is judged by those that do, as soon as there are some', async () => {
  await using at = await openOffice();
  const unsigned = (await at.ask('vulndb', 'add', await at.dataSet(harmless()))) as { sha256: string };
  await at.release('1.0.0', { openssl: '3.0.8-1' });
  await at.client.removeDataSet({ sha256: unsigned.sha256, reason: 'nobody knows whose they are' });
  await at.ask('policy', 'set', await at.policy(1), ...fleet);
  assert.equal(await clearance(at), 'inconclusive');
  const set = await at.dataSet(harmless());
  await at.ask('vulndb', 'sign', set, ...at.key('ada'));
  await at.ask('vulndb', 'add', set);
  const isCleared = async () => ((await clearance(at)) === 'pass' ? true : undefined);
  await until(isCleared, 'the release to be cleared again', patience);
});

test('a stolen server is found out: when it swaps the bytes of a set, and when it claims a signature for another', async () => {
  await using at = await openOffice();
  await at.ask('policy', 'set', await at.policy(1), ...fleet);
  const [own, planted] = [await at.dataSet(dangerous()), await at.dataSet(harmless())];
  await at.ask('vulndb', 'sign', own, ...at.key('ada'));
  const added = (await at.ask('vulndb', 'add', own)) as { sha256: string };
  const other = (await at.ask('vulndb', 'add', planted)) as { sha256: string };
  assert.equal(verdictOf(await checked(at)), 'fail');

  const database = new DatabaseSync(join(at.server.dataDir, 'fettle.db'));
  database.exec('pragma busy_timeout = 5000');
  const envelope = (await readFile(`${own}.dsse.json`, 'utf8')).trim();
  database.prepare('update data_sets set envelope = ? where digest = ?').run(envelope, other.sha256);
  database.prepare('update data_sets set envelope = ? where digest = ?').run('', added.sha256);
  const claimed = await checked(at);
  assert.equal(verdictOf(claimed), 'inconclusive');
  assert.match(String(claimed.gate?.facts.dataSetsRefused), /found one on another/);
  database.prepare('update data_sets set envelope = ? where digest = ?').run(envelope, added.sha256);
  database.close();

  const { sha256 } = added;
  const stored = join(at.server.dataDir, 'artifacts/sha256', sha256.slice(0, 2), sha256.slice(2));
  await chmod(stored, 0o600);
  await rm(stored);
  await copyFile(planted, stored);
  const { check } = await checked(at);
  assert.equal(check.status, 'failed');
  assert.match(check.statusReason, new RegExp(`${sha256}.*somebody changed the file`));
});

test('a policy names different keys, as many as it asks for', async () => {
  await using at = await openOffice();
  const policy = await at.policy(2);
  const text = await readFile(policy, 'utf8');
  await writeFile(policy, text.replace('ben.key.pub', 'ada.key.pub'));
  assert.match((await at.type('policy', 'set', policy, ...fleet)).err, /dataSets\.keys: expected 2 different keys/);
  await writeFile(policy, text.replace('ben.key.pub', 'ben.key'));
  assert.match((await at.type('policy', 'set', policy, ...fleet)).err, /ben\.key: Expected a public key/);
  await writeFile(policy, text.replace(/keys: .*\]/, 'keys: []'));
  assert.match((await at.type('policy', 'set', policy, ...fleet)).err, /dataSets\.keys: expected at least one key/);
});

test('a laptop judges by the same keys', async () => {
  await using at = await openOffice();
  const [policy, set] = [await at.policy(2), await at.dataSet(harmless())];
  await writeFile(at.path('image.tar'), image);
  const check = () => at.type('check', at.path('image.tar'), '--policy', policy, '--data', set);
  const words = async (...keys: readonly string[]) => {
    if (keys.length > 0) await at.ask('vulndb', 'sign', set, ...keys.flatMap(at.key));
    const { exit, out } = await check();
    return { exit, out };
  };
  const unsigned = await words();
  assert.equal(unsigned.exit, 8);
  assert.match(unsigned.out, /inconclusive/);
  assert.equal((await words('eve')).exit, 8);
  assert.equal((await words('ada')).exit, 8);
  assert.equal((await words('ben')).exit, 0);
  // One key twice is one person.
  await rm(`${set}.dsse.json`);
  assert.equal((await words('ada', 'ada')).exit, 8);
});
