import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type Options, verifyDossier } from '@fettle/dossier';
import {
  cosignatureLine,
  encodeStatement,
  generateKeyPem,
  signEnvelope,
  signerFromPem,
  statementPayloadType,
  vkeyOf,
  witnessKeyOf,
} from '@fettle/trust';
import { type Files, readZip } from '../../packages/dossier/src/verify/read-zip.ts';
import { makeDossier, sealed } from './dossier-support.ts';

interface Told {
  readonly event: { verb: string; object: string; actor: string; at: number; after: string | null };
  proof: { inclusion: string; salts: { field: string }[] } | null;
}
type Changeable = Record<string, unknown> & { approvals: object[]; stages: object[] };

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const readJson = (files: Files, path: string) => JSON.parse(Buffer.from(files.get(path) ?? '').toString());

/** The files with some of them changed as values. */
function changed(files: Files, changes: Readonly<Record<string, (value: never) => unknown>>): Map<string, Uint8Array> {
  const next = new Map(files);
  for (const [path, change] of Object.entries(changes)) {
    const value = readJson(files, path);
    next.set(path, Buffer.from(JSON.stringify(change(value as never) ?? value)));
  }
  return next;
}

describe('whoever holds one key', () => {
  let dossier: Awaited<ReturnType<typeof makeDossier>>;
  let files: Files;
  before(async () => {
    dossier = await makeDossier();
    files = readZip(dossier.zip);
  });
  after(() => dossier[Symbol.asyncDispose]());

  /** What refuses files that the evidence key has sealed, where every key is pinned. */
  async function refused(forged: ReadonlyMap<string, Uint8Array>, options: Options = dossier.pins) {
    const { verdict, refusals } = verifyDossier(await dossier.reseal(forged), options);
    assert.equal(verdict, 'refused');
    return refusals.map(({ rule, file, why }) => `${rule} ${file}: ${why}`);
  }

  it('forges nothing by a key that was pinned for another use, wherever the dossier puts it', async () => {
    const { privateKeyPem, publicKeyPem } = generateKeyPem();
    const signer = signerFromPem(privateKeyPem);
    const own = Buffer.from(publicKeyPem);
    const evidence = {
      key: async () => signer.publicKey,
      sign: (statement: Uint8Array) => signEnvelope(statementPayloadType, statement, [signer]),
    };
    const everywhere = new Map([...files].map(([path, bytes]) => [path, path.endsWith('.pub.pem') ? own : bytes]));
    for (const path of everywhere.keys()) {
      if (!path.endsWith('.dsse.json')) continue;
      const { payloadType, payload } = readJson(files, path);
      const envelope = await signEnvelope(payloadType, Buffer.from(payload, 'base64'), [signer]);
      everywhere.set(path, Buffer.from(JSON.stringify(envelope)));
    }
    const zip = await sealed(everywhere, { evidence });
    for (const use of ['releaseKeys', 'waiverKeys'] as const) {
      const keys = [...(dossier.pins[use as 'releaseKeys'] ?? []), publicKeyPem];
      const { verdict, refusals } = verifyDossier(zip, { ...dossier.pins, [use]: keys });
      assert.deepEqual([verdict, refusals[0]?.rule], ['refused', 'seal'], use);
      assert.notEqual(verifyDossier(zip, { [use]: [publicKeyPem] }).verdict, 'accepted', use);
    }
    const asEvidence = verifyDossier(zip, { ...dossier.pins, evidenceKeys: [publicKeyPem] });
    assert.ok(asEvidence.refusals.some(({ rule }) => rule === 'manifest-signature'));
  });

  it('tells nothing that a pinned log does not prove, however it leaves out the proofs', async () => {
    const forged = changed(files, {
      'audit/events.json': (events: Told[]) => {
        for (const one of events) one.proof = null;
        const [published] = events.filter(({ event }) => event.verb === 'release.published');
        if (published) Object.assign(published.event, { actor: 'person:somebody-else', at: 0 });
      },
    });
    const why = await refused(forged);
    for (const expected of [
      /the log does not tell that anybody published the release/,
      /does not tell of check\.requested by chk_\w+ for these artifacts/,
      /does not tell of check\.done/,
      /does not tell that the policy was ever in force/,
      /does not tell of the approval approvals\/released-/,
      /does not tell that anybody made the rollout rol_/,
    ]) {
      assert.ok(
        why.some((one) => one.startsWith('acts audit/events.json') && expected.test(one)),
        String(expected),
      );
    }
    const bare = verifyDossier(await dossier.reseal(forged), { ...dossier.pins, vkeys: [] });
    assert.equal(bare.verdict, 'unpinned');
    assert.match(bare.unpinned.join(), /^NO LOG WAS PINNED: who published, .* may be made up\. Give --vkey\.$/);
    assert.match(bare.notes.join(), /^\d+ events are in an earlier log and not proven here$/);
  });

  it('has no log of its own beside the one that a pinned witness saw', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const witness = vkeyOf(witnessKeyOf(privateKey, 'witness.example'));
    const pins = { ...dossier.pins, vkeys: [...dossier.pins.vkeys, witness] };
    const why = await refused(files, pins);
    assert.ok(why.includes('log audit/events.json: no witness whose key was given has cosigned'));
    const cosignedBut = (verb: string) =>
      changed(files, {
        'audit/events.json': (events: Told[]) => {
          for (const { event, proof } of events) {
            if (!proof || event.verb === verb) continue;
            const note = proof.inclusion.slice(proof.inclusion.indexOf('\n\n') + 2);
            const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
            proof.inclusion += `${cosignatureLine(privateKey, 'witness.example', { text, atSeconds: 7 })}\n`;
          }
        },
      });
    const seen = verifyDossier(await dossier.reseal(cosignedBut('')), pins);
    assert.deepEqual([seen.verdict, seen.refusals, seen.notes], ['accepted', [], []]);
    assert.ok(seen.passed.some((one) => /^log: \d+ events proven, cosigned by witness\.example$/.test(one)));
    const aside = await refused(cosignedBut('release.published'), pins);
    assert.deepEqual(aside, ['acts audit/events.json: the log does not tell that anybody published the release']);
    const onlyWitness = verifyDossier(await dossier.reseal(cosignedBut('')), { ...pins, vkeys: [witness] });
    assert.deepEqual([onlyWitness.verdict, onlyWitness.unpinned.length], ['unpinned', 1]);
  });

  it('makes nobody the author of an act by calling the name erased', async () => {
    const renamed = (actor: string) =>
      changed(files, {
        'audit/events.json': (events: Told[]) => {
          for (const { event, proof } of events) {
            if (event.verb !== 'release.published' || !proof) continue;
            event.actor = actor;
            proof.salts = proof.salts.filter(({ field }) => field !== 'actor');
          }
        },
      });
    const why = await refused(renamed('operator:nobody of yours [erased]'));
    assert.ok(why.some((one) => /^log .*actor is another than in the log/.test(one)));
    const erased = verifyDossier(await dossier.reseal(renamed('operator:[erased]')), dossier.pins);
    assert.deepEqual([erased.verdict, erased.notes.length], ['accepted', 1]);
    assert.match(erased.notes[0] ?? '', /^of 1 events the actor or the reason was erased/);
  });

  it('leaves out no policy and no stage of it', async () => {
    const without = new Map(files);
    without.delete('gates/policy.json');
    const noApprovals = { 'dossier.json': (told: Changeable) => ({ ...told, approvals: [] }) };
    const why = await refused(changed(without, noApprovals));
    assert.ok(why.includes('policy gates/policy.json: gates/policy.json is missing'));
    assert.equal(why.filter((one) => /the log tells of the approval .* which nobody withdrew/.test(one)).length, 3);
    const noStage = changed(files, { 'gates/clearance.json': (told: Changeable) => ({ ...told, stages: [] }) });
    assert.ok((await refused(noStage)).includes('policy gates/clearance.json: it leaves out the stage production'));
    const noPolicy = changed(without, { 'dossier.json': (told: Changeable) => ({ ...told, policy: null }) });
    assert.ok((await refused(noPolicy)).includes('policy dossier.json: dossier.json names a check, but no policy'));
  });

  it('does not make believe that nothing was demanded when the release was published', async () => {
    const without = new Map(files);
    for (const path of ['gates/policy.json', 'gates/clearance.json', 'gates/check.json', 'gates/judged.json'])
      without.delete(path);
    const nothing = { check: null, policy: null, fleetPolicy: null, evidence: [], approvals: [] };
    const onlyPublished = (events: Told[]) => events.filter(({ event }) => /published|rollout/.test(event.verb));
    const forged = changed(without, {
      'dossier.json': (told: Changeable) => ({ ...told, ...nothing }),
      'audit/events.json': onlyPublished,
    });
    assert.deepEqual(await refused(forged), [
      'acts audit/events.json: the log tells that another check cleared it at its publication, or none',
    ]);
    const erased = changed(forged, {
      'audit/events.json': (events: Told[]) => {
        for (const { event, proof } of events) {
          if (event.verb !== 'release.published' || !proof) continue;
          Object.assign(event, { reason: '[erased]' });
          proof.salts = proof.salts.filter(({ field }) => field !== 'reason');
        }
      },
    });
    assert.match((await refused(erased)).join(), /^acts .*was erased: that no check was demanded is not shown$/);
  });

  it('puts no milder policy in its place, although the summary over all is signed anew', async () => {
    const policy = readJson(files, 'gates/policy.json');
    for (const stage of policy.stages) stage.approvals = [];
    const text = JSON.stringify(policy);
    const [from, to] = [readJson(files, 'dossier.json').policy, sha256(text)];
    const [summary = ''] = [...files.keys()].filter((path) => path.startsWith('attestations/summary-'));
    const payload = Buffer.from(readJson(files, summary).payload, 'base64').toString();
    const forged = new Map(files)
      .set('gates/policy.json', Buffer.from(text))
      .set(summary, await dossier.sign(Buffer.from(payload.replaceAll(from, to))));
    for (const path of ['dossier.json', 'gates/clearance.json'])
      forged.set(
        path,
        Buffer.from(
          Buffer.from(files.get(path) ?? '')
            .toString()
            .replaceAll(from, to),
        ),
      );
    const withdrawn = (events: Told[]) => events.filter(({ event }) => !event.verb.startsWith('release.appr'));
    const noApprovals = { 'dossier.json': (told: Changeable) => ({ ...told, approvals: [] }) };
    assert.deepEqual(await refused(changed(forged, { ...noApprovals, 'audit/events.json': withdrawn })), [
      'acts audit/events.json: the log does not tell that the policy was ever in force which the release is held against',
    ]);
  });

  it('says nothing else of a release than its summary does, unless the log tells that it was judged anew', async () => {
    const milder = changed(files, {
      'gates/clearance.json': (told: Changeable) => void Object.assign(told.stages[0] ?? {}, { why: 'all is well' }),
    });
    assert.deepEqual(await refused(milder), [
      'summary gates/clearance.json: the log does not tell that it was judged anew, but the summary says otherwise',
    ]);
  });

  it('leaves out no approval that the log tells of', async () => {
    const fewer = changed(files, { 'dossier.json': (told: Changeable) => void told.approvals.pop() });
    const why = await refused(fewer);
    assert.deepEqual(why.length, 1, why.join('\n'));
    assert.match(
      why[0] ?? '',
      /^acts .*the log tells of the approval [0-9a-f]{16}, which is not here and which nobody/,
    );
  });

  it('puts no approval back that was withdrawn, nor hides that it was', async () => {
    const { approval, envelope } = dossier.withdrawn;
    const file = 'approvals/tested-again.dsse.json';
    const judgedFile = `approvals/judged-${approval.judged?.slice(0, 16)}.json`;
    const back = changed(new Map(files).set(file, Buffer.from(envelope)), {
      'dossier.json': (told: Changeable) => void told.approvals.push({ ...approval, file, judgedFile }),
    });
    assert.deepEqual(await refused(back), [
      `acts audit/events.json: the log does not tell of the approval ${file}, or tells that it was withdrawn`,
    ]);
    const hidden = changed(files, {
      'audit/events.json': (events: Told[]) => events.filter(({ event }) => !event.verb.endsWith('withdrawn')),
    });
    assert.match((await refused(hidden))[0] ?? '', /the log tells of the approval \w+, which is not here/);
    const added = changed(files, {
      'audit/events.json': (events: Told[]) => events.filter(({ event }) => event.verb !== 'release.approved'),
    });
    assert.equal((await refused(added)).length, 3);
  });

  it('has its release published by no event but its own, and cleared by no check but its own', async () => {
    const spaced = Buffer.concat([Buffer.from(files.get('manifests/manifest.dsse.json') ?? ''), Buffer.from(' ')]);
    assert.deepEqual(await refused(new Map(files).set('manifests/manifest.dsse.json', spaced)), [
      'acts audit/events.json: what the log tells to have been published is another manifest',
    ]);
    const other = changed(files, { 'gates/check.json': (told: { supplied: object[] }) => void told.supplied.push({}) });
    assert.equal((await refused(other)).filter((one) => one.includes('for these artifacts')).length, 2);
  });

  it('seals a statement of its own making only under its own key', async () => {
    const statement = { subject: [{ name: 'x', sha256: sha256('') }], predicateType: 'x', predicate: {} };
    const [path = ''] = [...files.keys()].filter((one) => one.startsWith('attestations/statement-'));
    const foreign = new Map(files).set(path, await dossier.sign(encodeStatement(statement)));
    assert.ok(
      (await refused(foreign)).includes(`statement ${path}: it speaks of an artifact that is not of this release`),
    );
  });
});
