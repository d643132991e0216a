import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TrustChangeView } from '@fettle/api';
import { beginTrust, type CeremonyDesk, openCeremonyDesk, wordsOf } from './ceremonies-support.ts';
import { type Desk, openDesk } from './cli-support.ts';

// A desk on the network, and one without: only files are carried between them.
let at: CeremonyDesk;
let away: Desk;
let change: TrustChangeView;

before(async () => {
  at = await openCeremonyDesk();
  away = await openDesk();
  await at.ok('fleet create hubs --type hub-a');
  await beginTrust(at, 'hubs');
  for (const name of ['ann', 'bob', 'cid', 'dee']) await carry(`${name}`, at.desk, away);
  change = await at.stage("root rotate --repository image --days 300 --reason 'a year is over'");
});
after(async () => {
  await away.leave();
  await at.desk.leave();
});

async function carry(name: string, from: Desk, to: Desk): Promise<void> {
  await copyFile(join(from.folder, name), join(to.folder, name));
}

const offline = (line: string) => away.type(...wordsOf(line, away.folder));

/** Carries the request over with some members changed, and signs it there. */
async function signAltered(changes: Readonly<Record<string, unknown>>, key = 'ann') {
  const request = JSON.parse(await readFile(join(at.desk.folder, 'one.tosign'), 'utf8')) as Record<string, unknown>;
  await writeFile(join(away.folder, 'altered.tosign'), JSON.stringify({ ...request, ...changes }));
  return offline(`root sign $altered.tosign --key $${key} --out $altered.signed --meaning agreed`);
}

test('an officer without a network signs what the machine there found out', async () => {
  await at.ok(`root request ${change.id} --out $one.tosign`);
  await carry('one.tosign', at.desk, away);
  const signed = await offline('root sign $one.tosign --key $ann --out $one.signed --meaning reviewed');
  assert.equal(signed.exit, 0, signed.err);
  assert.match(signed.err, /FIRST TRUST.*\n.*root 1, SHA-256/, 'nothing was pinned there yet');
  assert.match(signed.err, /Version 2 of root follows version 1/);
  await carry('one.signed', away, at.desk);
  const imported = (await at.ask('root import $one.signed')) as {
    lacking: string[];
    signatures: { meaning: string }[];
  };
  assert.equal(imported.lacking.length, 2, 'one more of the old officers, and of the new');
  assert.deepEqual(
    imported.signatures.map(({ meaning }) => meaning),
    ['reviewed'],
  );
});

test('what a request says of itself is not believed', async () => {
  const lied = await signAltered({ summary: ['Nothing changes.'], keyids: [] });
  assert.equal(lied.exit, 0, lied.err);
  assert.doesNotMatch(lied.err, /Nothing changes/);
  assert.match(lied.err, /Version 2 of root follows version 1/);
  assert.doesNotMatch(lied.err, /FIRST TRUST/, 'the root is pinned there by now');
});

test('a changed payload, an expired request, a strange key and strange roots are refused', async () => {
  const request = JSON.parse(await readFile(join(at.desk.folder, 'one.tosign'), 'utf8')) as Record<string, string>;
  const payload = Buffer.from(request.payload ?? '', 'base64').toString('utf8');
  const other = Buffer.from(payload.replace('"threshold":2', '"threshold":1')).toString('base64');
  const rows: readonly (readonly [string, number, Readonly<Record<string, unknown>>])[] = [
    ['changed bytes', 6, { payload: other }],
    ['an expired request', 5, { expires: '2020-01-01T00:00:00.000Z' }],
    ['another format', 2, { format: 'fettle-signing-request/2' }],
    ['an unknown member', 2, { hurry: true }],
    ['another version', 6, { version: 7 }],
    ['another repository', 2, { repository: 'backup' }],
    ['an origin that is a path', 2, { origin: '../../etc' }],
    ['no JSON roots', 6, { roots: ['{}'] }],
  ];
  for (const [what, exit, changes] of rows) {
    const typed = await signAltered(changes);
    assert.equal(typed.exit, exit, `${what}\n${typed.err}`);
  }
  const strange = await signAltered({}, 'dee');
  assert.equal(strange.exit, 6, strange.err);
  const big = await signAltered({ requestedBy: 'x'.repeat(1_100_000) });
  assert.equal(big.exit, 2, big.err);
});

test('roots of somebody else are refused where a root is pinned', async () => {
  const other = await openCeremonyDesk();
  try {
    await other.ok('fleet create hubs --type hub-a');
    await beginTrust(other, 'hubs');
    const staged = await other.stage('root rotate --repository image');
    await other.ok(`root request ${staged.id} --out $one.tosign`);
    const theirs = JSON.parse(await readFile(join(other.desk.folder, 'one.tosign'), 'utf8')) as { roots: string[] };
    const refused = await signAltered({ roots: theirs.roots });
    assert.equal(refused.exit, 6, refused.err);
    assert.match(refused.err, /another one than the one that is trusted here/);
  } finally {
    await other.desk.leave();
  }
});

test('a signature for another request, a changed one and a second of the same key are not imported', async () => {
  const signed = JSON.parse(await readFile(join(at.desk.folder, 'one.signed'), 'utf8')) as Record<string, string>;
  const altered = async (changes: object) => {
    await writeFile(join(at.desk.folder, 'altered.signed'), JSON.stringify({ ...signed, ...changes }));
    return 'root import $altered.signed';
  };
  await at.refused(6, await altered({ requestSha256: 'a'.repeat(64) }));
  await at.refused(6, await altered({ sig: `00${signed.sig?.slice(2)}` }));
  await at.refused(6, await altered({ keyid: 'b'.repeat(64) }));
  await at.refused(2, await altered({ format: 'fettle-signature/9' }));
  await at.refused(4, await altered({ change: change.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }));
  await at.ok(await altered({}));
  const { signatures } = (await at.ask(`root show ${change.id}`)) as { signatures: unknown[] };
  assert.equal(signatures.length, 1, 'the same signature again changes nothing');
});

test('the second officer signs without a network too, and it is published', async () => {
  const second = await offline('root sign $one.tosign --key $bob --out $two.signed --meaning reviewed');
  assert.equal(second.exit, 0, second.err);
  const again = await offline('root sign $one.tosign --key $bob --out $two.signed --meaning reviewed');
  assert.equal(again.exit, 2, 'a file is never overwritten');
  await carry('two.signed', away, at.desk);
  const done = await at.ok('root import $two.signed');
  assert.match(done.err, new RegExp(`next: fettle root publish ${change.id}`));
  await at.ok(`root publish ${change.id}`);
  await at.refused(5, 'root import $one.signed');
});

test('a fleet renews its role without a network, proven by roots and targets in the request', async () => {
  await carry('team', at.desk, away);
  const renew = await at.stage('root renew hubs');
  await at.ok(`root request ${renew.id} --out $fleet.tosign`);
  await carry('fleet.tosign', at.desk, away);
  const strange = await offline('root sign $fleet.tosign --key $ann --out $fleet.signed --meaning agreed');
  assert.equal(strange.exit, 6, strange.err);
  const signed = await offline('root sign $fleet.tosign --key $team --out $fleet.signed --meaning agreed');
  assert.equal(signed.exit, 0, signed.err);
  await carry('fleet.signed', away, at.desk);
  await at.ok('root import $fleet.signed');
  await at.ok(`root publish ${renew.id}`);
});
