import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeZip } from '@fettle/control';
import { verifierFile, verifyDossier } from '@fettle/dossier';
import { bundleVerifier } from '../../packages/dossier/src/build/bundle.ts';
import { type Files, readZip } from '../../packages/dossier/src/verify/read-zip.ts';
import { makeDossier, runProgram } from './dossier-support.ts';

/** The archive again, of other files. */
async function zipOf(files: Files): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const listed = [...files].map(([path, bytes]) => ({
    ...{ path, sizeBytes: bytes.length, sha256: '' },
    read: async () => bytes,
  }));
  for await (const piece of writeZip(listed)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state;
  }
}

describe('a dossier, its server deleted', () => {
  let dossier: Awaited<ReturnType<typeof makeDossier>>;
  let files: Files;
  let verifier: string;
  before(async () => {
    dossier = await makeDossier();
    files = readZip(dossier.zip);
    verifier = join(dossier.folder, 'verify.mjs');
    await writeFile(verifier, files.get('verify/verify.mjs') ?? '');
  });
  after(() => dossier[Symbol.asyncDispose]());

  it('is accepted with pinned keys without a word, and without any it is consistent and no more', async () => {
    const pinned = verifyDossier(dossier.zip, dossier.pins);
    assert.deepEqual([pinned.verdict, pinned.refusals, pinned.unpinned, pinned.notes], ['accepted', [], [], []]);
    assert.equal(pinned.about, 'thermostat 2.0.0');
    assert.ok(pinned.passed.includes('approvals: production complete'));
    const bare = verifyDossier(dossier.zip);
    assert.deepEqual([bare.ok, bare.verdict, bare.refusals, bare.passed], [false, 'unpinned', [], pinned.passed]);
    const lacking = bare.unpinned.map((line) =>
      /^NO (.*) WAS PINNED: .* Give (--[a-z-]+)\.$/.exec(line)?.slice(1).join(),
    );
    assert.deepEqual(lacking, ['EVIDENCE KEY,--evidence-key', 'RELEASE KEY,--release-key', 'LOG,--vkey']);
    for (const name of ['evidenceKeys', 'releaseKeys', 'vkeys']) {
      const { verdict, unpinned } = verifyDossier(dossier.zip, { ...dossier.pins, [name]: [] });
      assert.deepEqual([verdict, unpinned.length], ['unpinned', 1], name);
    }
  });

  it('brings a verifier that runs alone, prints its own digest and has the same words', async () => {
    const { exit, out } = await runProgram(process.execPath, [verifier, dossier.file]);
    assert.equal(exit, 3, out);
    const digest = createHash('sha256')
      .update(await readFile(verifier))
      .digest('hex');
    assert.match(out, new RegExp(`^verifier ${digest}`));
    assert.match(out, /UNPINNED NO LOG WAS PINNED: [\s\S]*UNPINNED: thermostat 2\.0\.0/);
    const keys = await pinFiles();
    const pinned = await runProgram(process.execPath, [verifier, dossier.file, ...keys]);
    assert.deepEqual([pinned.exit, /ACCEPTED: thermostat 2\.0\.0/.test(pinned.out)], [0, true], pinned.out);
    const page = Buffer.from(files.get('summary.html') ?? '').toString();
    assert.ok(page.includes(digest) && page.includes('ada.tester Miller'));
    assert.ok(!page.includes('<script') && !page.includes('pump-17'));
  });

  it('brings a verifier that takes no key without its use, and says what it does not understand', async () => {
    const [, key = ''] = await pinFiles();
    const calls: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /expected one dossier/],
      [[dossier.file, '--key', key], /give it as --evidence-key, --release-key or --waiver-key/],
      [[dossier.file, '--evidence-key'], /--evidence-key stands without a value/],
      [[dossier.file, '--evidence-key', verifier], /the evidence key that was given is not a public key/],
      [[dossier.file, '--root', 'f'], /the root: expected 64 hexadecimal digits/],
      [[dossier.file, '--vkey', 'f'], /not a verifier key/],
      [[dossier.file, '--vkeys', 'f'], /there is no option --vkeys/],
      [['/nowhere.zip'], /ENOENT/],
    ];
    for (const [args, expected] of calls) {
      const { exit, out } = await runProgram(process.execPath, [verifier, ...args]);
      assert.equal(exit, 2, out);
      assert.match(out, expected);
    }
  });

  /** The pinned keys as options of the verifier. */
  async function pinFiles(): Promise<readonly string[]> {
    const { evidenceKeys, releaseKeys, vkeys } = dossier.pins;
    const [evidence, release] = [join(dossier.folder, 'evidence.pem'), join(dossier.folder, 'release.pem')];
    await writeFile(evidence, evidenceKeys.join(''));
    await writeFile(release, releaseKeys.join(''));
    return ['--evidence-key', evidence, '--release-key', release, '--vkey', vkeys[0] ?? ''];
  }

  it('is refused after any byte of any file was flipped, and the file is named', () => {
    const random = numbers(17);
    const next = (below: number) => Number(random.next().value) % below;
    let offset = 0;
    for (const [path, bytes] of files) {
      const start = offset + 30 + Buffer.byteLength(path);
      offset = start + bytes.length;
      for (let i = 0; i < 4; i++) {
        const changed = Buffer.from(dossier.zip);
        const place = start + next(bytes.length);
        changed[place] = (changed[place] ?? 0) ^ (1 + next(255));
        const { refusals, ok } = verifyDossier(changed);
        assert.equal(ok, false, path);
        assert.ok(
          refusals.some(({ file, why }) => file === path || why.includes(path)),
          `${path} is named`,
        );
      }
    }
    for (let i = 0; i < 200; i++) {
      const changed = Buffer.from(dossier.zip);
      const place = next(changed.length);
      changed[place] = (changed[place] ?? 0) ^ (1 + next(255));
      assert.equal(verifyDossier(changed).ok, false, `byte ${place}`);
    }
  });

  it('is refused when a flip is hidden from the archive and its list, as the list was signed', async () => {
    for (const path of files.keys()) {
      const bytes = Buffer.from(files.get(path) ?? '');
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      const plain = new Map(files).set(path, bytes);
      const first = verifyDossier(await zipOf(plain));
      const isNamed = first.refusals.some(({ file, why }) => file === path || why.includes(path));
      assert.ok(!first.ok && isNamed, `${path}: ${JSON.stringify(first.refusals)}`);
      const lines = [...plain]
        .filter(([name]) => !name.startsWith('SHA256SUMS'))
        .map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
      const hidden = new Map(plain).set('SHA256SUMS', Buffer.from(lines.join('')));
      if (path.startsWith('SHA256SUMS')) continue;
      const second = verifyDossier(await zipOf(hidden));
      assert.ok(
        second.refusals.some(({ rule }) => rule === 'seal'),
        path,
      );
    }
  });

  // Whoever holds the evidence key could seal other files: what else has to hold is looked at rule by rule.
  const forgeries: readonly [string, string, (text: string) => string, string][] = [
    ['an artifact', 'manifests/manifest.json', (text) => text.replace('"sizeBytes":14', '"sizeBytes":16'), 'manifest'],
    [
      'the envelope',
      'manifests/manifest.dsse.json',
      (text) => text.replace(/"sig":"../, '"sig":"AA'),
      'manifest-signature',
    ],
    ['the version', 'dossier.json', (text) => text.replace('"version": "2.0.0"', '"version": "2.0.1"'), 'manifest'],
    ['who signed', 'dossier.json', (text) => text.replace('eve.manager Miller', 'eve.manager Muller'), 'approval'],
    ['a role', 'dossier.json', (text) => text.replace('"role": "manager"', '"role": "qa"'), 'approval'],
    ['the policy', 'gates/policy.json', (text) => text.replace('"count":2', '"count":1'), 'policy'],
    ['a verdict', 'gates/clearance.json', (text) => text.replace('"pass"', '"fail"'), 'summary'],
    ['the check', 'gates/clearance.json', (text) => text.replace(/chk_./, 'chk_9'), 'summary'],
    ['an actor', 'audit/events.json', (text) => text.replace('operator:test', 'operator:rest'), 'log'],
    ['a time', 'audit/events.json', (text) => text.replace(/"at": 1/, '"at": 2'), 'log'],
    ['a reason', 'audit/events.json', (text) => text.replace('as manager: report', 'as manager: no report'), 'log'],
    ['a proof', 'audit/events.json', (text) => text.replace(/index \d+/, 'index 0'), 'log'],
    ['an act', 'audit/events.json', (text) => text.replaceAll('"release.approved"', '"release.rejudged"'), 'acts'],
    ['whether it stands', 'dossier.json', (text) => text.replace('"published"', '"revoked"'), 'acts'],
    ['the verifier', 'verify/verify.mjs', (text) => `${text}\n`, 'contents'],
    ['the key of the log', 'keys/log.vkey', (text) => text.replace('fettle', 'kettle'), 'contents'],
  ];
  for (const [what, path, forge, rule] of forgeries) {
    it(`is refused by the rule ${rule} when ${what} was changed before it was sealed`, async () => {
      const before = Buffer.from(files.get(path) ?? '').toString();
      assert.notEqual(forge(before), before);
      const verdict = verifyDossier(await dossier.reseal(new Map(files).set(path, Buffer.from(forge(before)))));
      assert.ok(
        verdict.refusals.some((one) => one.rule === rule),
        JSON.stringify(verdict.refusals),
      );
    });
  }

  it('is refused when a statement or an approval is one of another release', async () => {
    assert.deepEqual(verifyDossier(await dossier.reseal(files)).refusals, [], 'sealed anew as it was');
    const [approval = ''] = [...files.keys()].filter((path) => path.startsWith('approvals/'));
    const [statement = ''] = [...files.keys()].filter((path) => path.startsWith('attestations/statement'));
    const swapped = new Map(files).set(approval, files.get(statement) ?? Buffer.of());
    const { refusals } = verifyDossier(await dossier.reseal(swapped));
    assert.deepEqual(new Set(refusals.map(({ rule, file }) => `${rule} ${file}`)), new Set([`approval ${approval}`]));
    const other = new Map(files).set(statement, files.get(approval) ?? Buffer.of());
    assert.ok(verifyDossier(await dossier.reseal(other)).refusals.some(({ rule }) => rule === 'statement'));
  });

  it('holds what was shown to whoever signed against what stands at the end, and refuses what was not shown', async () => {
    const [shown = ''] = [...files.keys()].filter((path) => path.startsWith('approvals/judged-'));
    const forged = new Map(files).set(shown, Buffer.from('{"stages":[],"findings":[]}'));
    const { refusals } = verifyDossier(await dossier.reseal(forged));
    assert.deepEqual(new Set(refusals.map(({ rule, file }) => `${rule} ${file}`)), new Set([`approval ${shown}`]));
    const text = Buffer.from(files.get('gates/judged.json') ?? '').toString();
    const judged = JSON.parse(text);
    const gates = [{ gate: 'contents', verdict: 'fail' }];
    const worse = { ...judged, stages: [{ stage: 'production', verdict: 'fail', gates }] };
    const later = new Map(files).set('gates/judged.json', Buffer.from(JSON.stringify(worse)));
    const verdict = verifyDossier(await dossier.reseal(later));
    assert.ok(verdict.passed.includes('approvals: production lacks tested by qa, released by manager'));
    assert.ok(verdict.notes.some((note) => note.startsWith('production lacks tested by qa')));
    const told = Buffer.from(files.get('dossier.json') ?? '').toString();
    const hidden = new Map(files).set('dossier.json', Buffer.from(told.replace(/"judged": "[0-9a-f]{64}",/, '')));
    assert.equal(verifyDossier(await dossier.reseal(hidden)).refusals[0]?.rule, 'approval');
  });

  it('is the same archive each time', () => {
    assert.ok(dossier.zip.equals(dossier.again));
  });

  it('is refused with a file more or less', async () => {
    const more = new Map([...files, ['zz.txt', Buffer.from('more')] as const]);
    const fewer = new Map(files);
    fewer.delete('audit/events.json');
    assert.equal(verifyDossier(await zipOf(more)).refusals[0]?.file, 'zz.txt');
    assert.equal(verifyDossier(await zipOf(fewer)).refusals[0]?.file, 'audit/events.json');
    for (const cut of [0, 4, 100, dossier.zip.length - 1])
      assert.equal(verifyDossier(dossier.zip.subarray(0, cut)).ok, false);
  });

  it('answers what ran where and who allowed it, without naming a device', () => {
    const text = (path: string) => Buffer.from(files.get(path) ?? '').toString();
    const { rollouts, approvals } = JSON.parse(text('dossier.json'));
    const { devices } = JSON.parse(text(rollouts[0].devices));
    assert.deepEqual([devices.length, devices[0].status], [1, 'succeeded']);
    assert.match(devices[0].device, /^device-[0-9a-f]{24}$/);
    assert.equal(approvals.length, 3);
    for (const [path] of files) assert.ok(!text(path).includes('pump-17'), path);
    const { regimes } = JSON.parse(text('compliance.json'));
    assert.equal(regimes.length, 7);
    assert.ok(regimes.every((one: { notCovered: string[] }) => one.notCovered.length > 0));
  });

  it('has the verifier that the sources make', async () => {
    assert.equal(
      (await readFile(verifierFile)).toString(),
      bundleVerifier(),
      'run: node packages/dossier/src/build/write-verifier.ts',
    );
    assert.ok(bundleVerifier().split('\n').length < 1_250);
    await writeFile(join(dossier.folder, 'again.mjs'), bundleVerifier());
  });
});
