import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import {
  encodeMetadata,
  generateKeyPem,
  type Metadata,
  type Signer,
  signerFromPem,
  signMetadata,
  type TargetsMetadata,
  tufKeyOf,
} from '@fettle/trust';
import fc from 'fast-check';
import { type ChangeEvidence, examineChange, keysThatSign, lacking } from './examine-change.ts';
import { followRoots } from './follow-roots.ts';
import { changeHolders, firstPlan, type RootPlan, rootOf } from './next-root.ts';
import { delegatingTo, emptyTargets, renewedTargets, withoutVersions, withRelease } from './next-targets.ts';

const now = 1_800_000_000_000;
const day = 86_400_000;
const [ann, bob, cid, dan, online, team] = Array.from({ length: 6 }, () =>
  signerFromPem(generateKeyPem().privateKeyPem),
);
const keyOf = (signer: Signer | undefined) => tufKeyOf((signer ?? assert.fail()).publicKey);
const officers = { keys: [ann, bob, cid].map(keyOf), threshold: 2 };
const onlineKeys = { targets: undefined, snapshot: keyOf(online), timestamp: keyOf(online), time: undefined };
const plan = firstPlan('image', { officers, targets: officers }, onlineKeys);
const stamp = (version: number, days = 100) => ({ version, expiresAt: now + days * day });

async function signed(metadata: Metadata, signers: readonly (Signer | undefined)[]): Promise<string> {
  const present = signers.map((signer) => signer ?? assert.fail());
  return Buffer.from(await signMetadata(encodeMetadata(metadata), present)).toString('utf8');
}
const rootText = (version: number, of: RootPlan, signers: readonly (Signer | undefined)[]) =>
  signed(rootOf(of, stamp(version)), signers);

const swapped: RootPlan = {
  ...plan,
  officers: changeHolders(officers, { add: [keyOf(dan)], remove: new Set([keyOf(cid).keyid]) }),
};
const first = await rootText(1, plan, [ann, bob]);
const second = await rootText(2, swapped, [ann, bob]);
const delegated = delegatingTo(undefined, { fleet: 'hubs', holders: { keys: [keyOf(team)], threshold: 1 } }, stamp(1));
const evidence = (change: Partial<ChangeEvidence> = {}): ChangeEvidence => ({
  roots: [first],
  targets: undefined,
  previous: undefined,
  ...change,
});
const code = (wanted: string) => (error: unknown) => error instanceof FettleError && error.code === wanted;

test('roots are followed one by one, each by the threshold before it and its own', async () => {
  assert.equal(followRoots(undefined, []), undefined);
  assert.equal(followRoots(undefined, [first, second])?.root.version, 2);
  assert.equal(followRoots(second, [first, second])?.root.version, 2, 'what is older than the pin says nothing');
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ['a gap', first, [await rootText(3, swapped, [ann, bob])]],
    ['one officer of the old root', first, [await rootText(2, swapped, [ann, dan])]],
    ['another root of the same version', first, [await rootText(1, swapped, [ann, bob])]],
    ['no root', first, ['{}']],
    ['nobody signed it', first, [await rootText(2, swapped, [])]],
  ];
  for (const [what, trusted, shown] of rows) {
    assert.throws(() => followRoots(trusted, shown), code('signature-invalid'), what);
  }
});

test('a new root needs officers of the old one and of the new', () => {
  const payload = encodeMetadata(rootOf(swapped, stamp(2)));
  const examined = examineChange({ repository: 'image', role: 'root', payload }, evidence(), { trusted: first, now });
  assert.deepEqual(examined.problems, []);
  assert.equal(keysThatSign(examined.groups).size, 4);
  const signers = new Set([ann, dan].map((signer) => signer?.keyId ?? ''));
  const missing = lacking(examined.groups, signers);
  assert.equal(missing.length, 1, 'the new officers are enough, of the old ones one is lacking');
  assert.match(missing[0] ?? '', /^1 more of the officers of root 1: /);
  assert.deepEqual(lacking(examined.groups, new Set([ann, bob].map((signer) => signer?.keyId ?? ''))), []);
});

test('what breaks a rule is told before anybody signs', () => {
  const of = (metadata: Metadata, role = 'root') =>
    examineChange({ repository: 'image', role, payload: encodeMetadata(metadata) }, evidence(), {
      trusted: first,
      now,
    });
  assert.match(
    of(rootOf({ ...plan, officers: { ...officers, threshold: 1 } }, stamp(2))).problems[0] ?? '',
    /threshold of 2/,
  );
  assert.match(of(rootOf(plan, stamp(1))).problems[0] ?? '', /version 2, found 1/);
  assert.match(of(rootOf(plan, stamp(2, 900))).problems[0] ?? '', /at most 366 days/);
  assert.throws(() => of(rootOf(plan, stamp(2)), 'hubs'), code('signature-invalid'), 'nobody delegates to that fleet');
  assert.throws(() => rootOf({ ...plan, targets: { keys: [], threshold: 1 } }, stamp(2)), code('invalid-input'));
});

test('the role of a fleet is for the keys that signed targets name, and for no others', async () => {
  const targets = await signed(delegated, [ann, cid]);
  const payload = encodeMetadata(emptyTargets(stamp(1, 80)));
  const ask = (shown: string | undefined, previous?: string) =>
    examineChange({ repository: 'image', role: 'hubs', payload }, evidence({ targets: shown, previous }), {
      trusted: first,
      now,
    });
  assert.deepEqual([...keysThatSign(ask(targets).groups).keys()], [keyOf(team).keyid]);
  const half = await signed(delegated, [ann]);
  assert.throws(() => ask(half), code('signature-invalid'));
  assert.throws(() => ask(undefined), code('signature-invalid'));
});

test('against a file that today’s keys did not sign, everything is told as new', async () => {
  const manifest = { fleet: 'hubs', version: '1.0.0', counter: 3, securityFloor: 2, ...facts() } as const;
  const listed = withRelease(undefined, manifest as never, stamp(1, 80));
  assert.deepEqual([...listed.floors], [['rootfs/hub-a', 2]]);
  const targets = await signed(delegated, [ann, cid]);
  const payload = encodeMetadata(renewedTargets(listed, stamp(2, 80)));
  const summary = async (signer: Signer | undefined) => {
    const previous = await signed(listed, [signer]);
    const change = { repository: 'image', role: 'hubs', payload } as const;
    return examineChange(change, evidence({ targets, previous }), { trusted: first, now }).summary.join(' ');
  };
  assert.doesNotMatch(await summary(team), /New target/);
  assert.match(await summary(dan), /not signed by today's keys.*New target hubs\/rootfs\/1\.0\.0\.hub-a/);
  assert.equal(withoutVersions(listed, new Set(['1.0.0']), stamp(2)).targets.size, 0);
  assert.equal(withoutVersions(listed, new Set(['1.0.1']), stamp(2)).floors.size, 1);
  assert.throws(() => withRelease(listed, manifest as never, stamp(2)), code('already-exists'));
});

function facts() {
  const artifact = {
    deviceType: 'hub-a',
    component: 'rootfs',
    kind: 'image',
    digest: 'a'.repeat(64),
    sizeBytes: 5,
    hardware: [],
  };
  return { allowDowngrade: false, mustPassThrough: false, requires: [], notes: '', artifacts: [artifact] };
}

test('no bytes of others do more than be refused', () => {
  const given: TargetsMetadata = delegated;
  const text = Buffer.from(encodeMetadata(given)).toString('utf8');
  const altered = fc
    .tuple(fc.nat(text.length), fc.string({ maxLength: 8 }))
    .map(([at, more]) => text.slice(0, at) + more);
  fc.assert(
    fc.property(fc.oneof(fc.string(), altered), fc.array(fc.string(), { maxLength: 3 }), (payload, roots) => {
      const change = { repository: 'image', role: 'targets', payload: Buffer.from(payload) } as const;
      try {
        examineChange(change, evidence({ roots }), { trusted: first, now });
      } catch (error) {
        assert.ok(error instanceof FettleError, String(error));
      }
    }),
  );
});
