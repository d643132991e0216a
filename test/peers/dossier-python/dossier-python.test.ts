import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Options, verifyDossier } from '@fettle/dossier';
import { type Files, readZip } from '../../../packages/dossier/src/verify/read-zip.ts';
import { makeDossier, runProgram } from '../../system/dossier-support.ts';
import { need } from '../need.ts';

const judge = join(import.meta.dirname, 'verify_dossier.py');

if (need('the second verifier of dossiers', ['python3', 'openssl'])) {
  describe('the verifier in Python', () => {
    let dossier: Awaited<ReturnType<typeof makeDossier>>;
    let files: Files;
    before(async () => {
      dossier = await makeDossier();
      files = readZip(dossier.zip);
    });
    after(() => dossier[Symbol.asyncDispose]());

    const words = ['accepted', 'refused', '', 'unpinned'];

    /** What both say of an archive, by the same keys. */
    async function both(zip: Uint8Array, { evidenceKeys = [], releaseKeys = [], vkeys = [] }: Options = dossier.pins) {
      const file = join(dossier.folder, 'judged.zip');
      await writeFile(file, zip);
      const args = [judge, file];
      for (const [use, pems] of Object.entries({ evidence: evidenceKeys, release: releaseKeys })) {
        for (const [i, pem] of pems.entries()) {
          const key = join(dossier.folder, `${use}-${i}.pem`);
          await writeFile(key, pem);
          args.push(`--${use}-key`, key);
        }
      }
      const { exit, out } = await runProgram('python3', [...args, ...vkeys.flatMap((vkey) => ['--vkey', vkey])]);
      const { verdict } = verifyDossier(zip, { evidenceKeys, releaseKeys, vkeys });
      return { said: [words[exit], verdict], out };
    }

    it('accepts what ours accepts, and lacks the keys that ours lacks', async () => {
      assert.deepEqual((await both(dossier.zip)).said, ['accepted', 'accepted']);
      const lacking = { evidenceKeys: [], releaseKeys: [], vkeys: [] };
      for (const [name, none] of Object.entries(lacking)) {
        const { said, out } = await both(dossier.zip, { ...dossier.pins, [name]: none });
        assert.deepEqual([...said, out.trim().split('\n').length], ['unpinned', 'unpinned', 1], out);
      }
      assert.equal(
        (await both(dossier.zip, lacking)).out,
        'unpinned evidence key\nunpinned release key\nunpinned log\n',
      );
    });

    it('refuses with ours a key that was given for another use', async () => {
      const { evidenceKeys, releaseKeys, vkeys } = dossier.pins;
      const crossed = { evidenceKeys: releaseKeys, releaseKeys: evidenceKeys, vkeys };
      assert.deepEqual((await both(dossier.zip, crossed)).said, ['refused', 'refused']);
      const half = { evidenceKeys, releaseKeys: evidenceKeys, vkeys };
      assert.deepEqual((await both(dossier.zip, half)).said, ['refused', 'refused']);
    });

    it('refuses with ours events without proofs and a dossier without its policy, sealed by the evidence key', async () => {
      const events = Buffer.from(files.get('audit/events.json') ?? '').toString();
      const told: { proof: unknown }[] = JSON.parse(events);
      const unproven = JSON.stringify(told.map((one) => ({ ...one, proof: null })));
      const bare = await dossier.reseal(new Map(files).set('audit/events.json', Buffer.from(unproven)));
      assert.deepEqual((await both(bare)).said, ['refused', 'refused']);
      assert.deepEqual((await both(bare, { ...dossier.pins, vkeys: [] })).said, ['unpinned', 'unpinned']);
      const without = new Map(files);
      without.delete('gates/policy.json');
      assert.deepEqual((await both(await dossier.reseal(without))).said, ['refused', 'refused']);
    });

    const forgeries: readonly [string, string, (text: string) => string][] = [
      ['an artifact', 'manifests/manifest.json', (text) => text.replace('"sizeBytes":14', '"sizeBytes":16')],
      ['the envelope', 'manifests/manifest.dsse.json', (text) => text.replace(/"sig":"../, '"sig":"AA')],
      ['a role', 'dossier.json', (text) => text.replace('"role": "manager"', '"role": "qa"')],
      ['a reason', 'audit/events.json', (text) => text.replace('as manager: report', 'as manager: no report')],
      ['a proof', 'audit/events.json', (text) => text.replace(/index \d+/, 'index 0')],
      ['an approval', 'dossier.json', withoutFirst],
      ['the policy', 'gates/policy.json', (text) => text.replace('"count":2', '"count":1')],
      ['an act', 'audit/events.json', (text) => text.replaceAll('"release.approved"', '"release.rejudged"')],
    ];
    for (const [what, path, forge] of forgeries) {
      it(`refuses with ours when ${what} was changed, sealed anew or not`, async () => {
        const text = forge(Buffer.from(files.get(path) ?? '').toString());
        const resealed = await both(await dossier.reseal(new Map(files).set(path, Buffer.from(text))));
        assert.deepEqual(resealed.said, ['refused', 'refused'], resealed.out);
        const changed = Buffer.from(dossier.zip);
        const place = changed.indexOf(Buffer.from(files.get(path) ?? ''));
        changed[place] = (changed[place] ?? 0) ^ 1;
        const flipped = await both(changed);
        assert.deepEqual(flipped.said, ['refused', 'refused']);
      });
    }
  });
}

/** The approvals but for the first. */
function withoutFirst(text: string): string {
  const dossier = JSON.parse(text);
  return JSON.stringify({ ...dossier, approvals: dossier.approvals.slice(1) });
}
