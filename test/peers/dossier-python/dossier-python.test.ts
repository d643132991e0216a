import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { verifyDossier } from '@fettle/dossier';
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

    /** What both say of an archive. */
    async function both(zip: Uint8Array) {
      const file = join(dossier.folder, 'judged.zip');
      await writeFile(file, zip);
      const { exit, out } = await runProgram('python3', [judge, file]);
      return { python: exit === 0, out, first: verifyDossier(zip) };
    }

    it('accepts what ours accepts', async () => {
      const { python, out, first } = await both(dossier.zip);
      assert.deepEqual([python, out.trim(), first.ok], [true, 'accepted', true]);
    });

    const forgeries: readonly [string, string, (text: string) => string][] = [
      ['an artifact', 'manifests/manifest.json', (text) => text.replace('"sizeBytes":14', '"sizeBytes":16')],
      ['the envelope', 'manifests/manifest.dsse.json', (text) => text.replace(/"sig":"../, '"sig":"AA')],
      ['a role', 'dossier.json', (text) => text.replace('"role": "manager"', '"role": "qa"')],
      ['a reason', 'audit/events.json', (text) => text.replace('as manager: report', 'as manager: no report')],
      ['a proof', 'audit/events.json', (text) => text.replace(/index \d+/, 'index 0')],
      ['an act', 'audit/events.json', (text) => text.replaceAll('"release.approved"', '"release.rejudged"')],
    ];
    for (const [what, path, forge] of forgeries) {
      it(`refuses with ours when ${what} was changed, sealed anew or not`, async () => {
        const text = forge(Buffer.from(files.get(path) ?? '').toString());
        const resealed = await both(await dossier.reseal(new Map(files).set(path, Buffer.from(text))));
        assert.deepEqual([resealed.python, resealed.first.ok], [false, false], resealed.out);
        const changed = Buffer.from(dossier.zip);
        const place = changed.indexOf(Buffer.from(files.get(path) ?? ''));
        changed[place] = (changed[place] ?? 0) ^ 1;
        const flipped = await both(changed);
        assert.deepEqual([flipped.python, flipped.first.ok], [false, false]);
      });
    }
  });
}
