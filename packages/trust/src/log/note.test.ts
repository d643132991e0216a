import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkpointText, readCheckpointText, verifyCheckpoint } from './checkpoint.ts';
import { judgeGrowth } from './growth.ts';
import { emptyRoot, leafHash, nodeHash } from './merkle.ts';
import { noteOf, readNote, verifyNote } from './note.ts';
import { readVkey, vkeyOf } from './note-keys.ts';
import { quorumOf, readLogPolicy } from './policy.ts';
import { cosignatureLine, logKeyOf, signCheckpoint, witnessKeyOf } from './signers.ts';
import { readTlogProof, verifyTlogProof, writeTlogProof } from './tlog-proof.ts';
import { readWitnessRequest, witnessRequest } from './witness.ts';

const origin = 'fettle.example/audit/acme';
const { privateKey } = generateKeyPairSync('ed25519');
const witnesses = ['w1.example', 'w2.example', 'w3.example'].map((name) => {
  const pair = generateKeyPairSync('ed25519');
  return { name, privateKey: pair.privateKey, key: witnessKeyOf(pair.privateKey, name) };
});
const entries = [Buffer.from('first'), Buffer.from('second')];
const [first, second] = entries.map(leafHash);
assert.ok(first && second);
const checkpoint = { origin, size: 2, root: nodeHash(first, second) };
const note = signCheckpoint(privateKey, checkpoint);
const logKey = logKeyOf(privateKey, origin);

function cosigned(count: number): string {
  const text = checkpointText(checkpoint);
  const lines = witnesses
    .slice(0, count)
    .map((one) => cosignatureLine(one.privateKey, one.name, { text, atSeconds: 99 }));
  return `${note}${lines.map((line) => `${line}\n`).join('')}`;
}

test('the note of the specification verifies by its key', () => {
  const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  const line =
    '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=';
  const text = 'This is an example message.\n';
  assert.equal(vkeyOf(readVkey(vkey)), vkey);
  assert.ok(verifyNote(noteOf(text, [line]), [readVkey(vkey)]).ok);
  assert.ok(!verifyNote(noteOf('This is another message.\n', [line]), [readVkey(vkey)]).ok);
});

test('a key reads back from its line, and with another name, id or byte it does not', () => {
  const text = vkeyOf(logKey);
  assert.equal(vkeyOf(readVkey(text)), text);
  for (const changed of [text.replace('acme', 'acmf'), text.replace(logKey.id, '00000000'), `${text}A`, 'a+b', '']) {
    assert.throws(() => readVkey(changed), { code: 'invalid-input' }, changed);
  }
});

test('one changed character anywhere in a checkpoint never verifies to something else', () => {
  const whole = cosigned(1);
  const keys = [logKey, ...witnesses.map(({ key }) => key)];
  assert.ok(verifyCheckpoint(whole, keys).ok);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.constantFrom(...'aZ0+/=\n —1'), (at, character) => {
      const verdict = verifyCheckpoint(whole.slice(0, at) + character + whole.slice(at + 1), keys);
      if (verdict.ok) assert.deepEqual(verdict.checkpoint, checkpoint);
    }),
    { numRuns: 1_000 },
  );
});

test('a wrong signature by a known key spoils a note that another known key has signed', () => {
  const other = signCheckpoint(privateKey, { ...checkpoint, size: 3 });
  const line = readNote(other)?.signatures[0]?.line ?? '';
  assert.ok(verifyNote(note, [logKey]).ok);
  assert.equal(verifyNote(`${note}${line}\n`, [logKey]).ok, false);
});

test('a cosignature is 76 bytes with its key id, and its time cannot be changed', () => {
  const signature = readNote(cosigned(1))?.signatures[1];
  assert.equal(signature?.bytes.length, 72);
  const verdict = verifyCheckpoint(cosigned(1), [logKey, ...witnesses.map(({ key }) => key)]);
  assert.deepEqual(verdict.ok && verdict.cosigned.map(({ atSeconds }) => atSeconds), [99]);
});

test('the text of a checkpoint reads back; leading zeros, extensions and other roots do not', () => {
  const text = checkpointText(checkpoint);
  assert.deepEqual(readCheckpointText(text), checkpoint);
  for (const changed of [
    text.replace('\n2\n', '\n02\n'),
    `${text}extra\n`,
    text.slice(0, -1),
    text.replace('=', ''),
    '',
  ]) {
    assert.equal(readCheckpointText(changed), undefined, changed);
  }
});

test('any text is refused as a note, proof file, request or policy, never thrown at', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(verifyNote(text, [logKey]).ok, false);
      assert.equal(readTlogProof(text), undefined);
      assert.equal(readWitnessRequest(text, () => [logKey]).kind, 'malformed');
    }),
  );
});

test('a policy wants as many witnesses as it says, by groups of groups', () => {
  const lines = witnesses.map(({ name, key }, i) => `witness ${'abc'[i]} ${vkeyOf(key)} https://${name}`);
  const text = [`log ${vkeyOf(logKey)}`, '# ours', ...lines, 'group two 2 a b c', 'group all all two a', 'quorum two'];
  const policy = readLogPolicy(text.join('\n'));
  const signed = (count: number) =>
    witnesses.slice(0, count).map(({ name }) => {
      const key = [...policy.witnesses.values()].find((one) => one.name === name);
      assert.ok(key);
      return { key, atSeconds: 1 };
    });
  assert.deepEqual(
    [0, 1, 2, 3].map((count) => quorumOf(policy, signed(count)).ok),
    [false, false, true, true],
  );
  assert.ok(!quorumOf({ ...policy, quorum: 'all' }, signed(3).slice(1)).ok);
  assert.ok(quorumOf({ ...policy, quorum: 'none' }, []).ok);
});

test('a policy with an unknown member, a name twice, no quorum or no log is refused', () => {
  const log = `log ${vkeyOf(logKey)}`;
  const witness = `witness a ${vkeyOf(witnesses[0]?.key ?? logKey)}`;
  for (const lines of [
    [log, 'quorum a'],
    [log, witness],
    [log, witness, 'group g 2 a', 'quorum g'],
    [log, witness, 'group g any g', 'quorum g'],
    [log, witness, 'group g 2 a a', 'quorum g'],
    [log, witness, witness, 'quorum a'],
    [log, 'quorum none', 'quorum none'],
    [witness, 'quorum a'],
    [log, 'wish x', 'quorum none'],
    [`log ${vkeyOf(witnesses[0]?.key ?? logKey)}`, 'quorum none'],
  ]) {
    assert.throws(() => readLogPolicy(lines.join('\n')), { code: 'invalid-input' }, lines.join(' / '));
  }
});

test('a proof file holds for its entry, its log and its quorum only', () => {
  const policyText = `log ${vkeyOf(logKey)}\nwitness w ${vkeyOf(witnesses[0]?.key ?? logKey)}\nquorum w`;
  const file = writeTlogProof({ index: 1, proof: [first], note: cosigned(1) });
  const [one, two] = entries;
  assert.ok(one && two);
  const policy = readLogPolicy(policyText);
  assert.ok(verifyTlogProof(file, two, policy).ok);
  assert.ok(verifyTlogProof(file.replace('\nindex', '\nextra AAAA\nindex'), two, policy).ok);
  assert.ok(!verifyTlogProof(file, one, policy).ok);
  assert.ok(!verifyTlogProof(file.replace('index 1', 'index 0'), two, policy).ok);
  assert.ok(!verifyTlogProof(writeTlogProof({ index: 1, proof: [first], note }), two, policy).ok);
  const stranger = logKeyOf(generateKeyPairSync('ed25519').privateKey, origin);
  assert.ok(!verifyTlogProof(file, two, readLogPolicy(`log ${vkeyOf(stranger)}\nquorum none`)).ok);
});

test('a request to a witness reads back, and is judged by what was signed last', () => {
  const read = readWitnessRequest(witnessRequest(1, [second], note), (name) => (name === origin ? [logKey] : []));
  assert.ok(read.kind === 'signed');
  assert.deepEqual(read.request, { oldSize: 1, proof: [second], checkpoint, text: checkpointText(checkpoint) });
  const root = checkpoint.root;
  const rows: [Parameters<typeof judgeGrowth>[0], object, string][] = [
    [{ size: 1, root: first }, {}, 'grows'],
    [{ size: 1, root: second }, {}, 'inconsistent'],
    [{ size: 1, root: first }, { proof: [first] }, 'inconsistent'],
    [undefined, {}, 'conflict'],
    [{ size: 2, root }, {}, 'conflict'],
    [{ size: 2, root }, { oldSize: 2, proof: [] }, 'grows'],
    [{ size: 2, root: first }, { oldSize: 2, proof: [] }, 'inconsistent'],
    [undefined, { oldSize: 0, proof: [] }, 'grows'],
    [undefined, { oldSize: 0 }, 'inconsistent'],
    [undefined, { oldSize: 0, proof: [], checkpoint: { size: 0, root } }, 'inconsistent'],
    [undefined, { oldSize: 0, proof: [], checkpoint: { size: 0, root: emptyRoot } }, 'grows'],
    [{ size: 3, root }, { oldSize: 3 }, 'malformed'],
  ];
  for (const [last, changed, kind] of rows) {
    assert.equal(judgeGrowth(last, { ...read.request, ...changed }).kind, kind, JSON.stringify([last, changed]));
  }
});

test('a request with an unknown origin, a wrong signature or a bad form is told apart', () => {
  const kind = (body: string, keys = [logKey]) => readWitnessRequest(body, () => keys).kind;
  assert.equal(kind(witnessRequest(1, [second], note), []), 'unknown-origin');
  const stranger = logKeyOf(generateKeyPairSync('ed25519').privateKey, origin);
  assert.equal(kind(witnessRequest(1, [second], note), [stranger]), 'not-signed');
  assert.equal(kind(witnessRequest(1, [second], note.replace('\n2\n', '\n3\n'))), 'not-signed');
  assert.equal(
    kind(
      witnessRequest(
        1,
        Array.from({ length: 64 }, () => first),
        note,
      ),
    ),
    'malformed',
  );
  assert.equal(kind(witnessRequest(1, [second], note).replace('old 1', 'old 01')), 'malformed');
});
