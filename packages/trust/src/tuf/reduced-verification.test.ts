import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { componentName, deviceId, deviceType } from '@fettle/model';
import { readPublicKey } from '../keys.ts';
import type { Signer } from '../signer.ts';
import { encodeTargets } from './encode-metadata.ts';
import type { TargetsMetadata } from './metadata.ts';
import type { TufProblem } from './problem.ts';
import { signMetadata } from './sign-metadata.ts';
import { encodeTargetCustom, type TargetAssignment, type TargetMatch } from './target-custom.ts';
import { fileOf } from './testing/test-fleet.ts';
import { testSigner } from './testing/test-signer.ts';
import { tufKeyOf } from './tuf-key.ts';

// docs/protocols/reduced-verification.md, done as a small device would: without anything of ours that verifies.
const page = readFileSync(new URL('../../../../docs/protocols/reduced-verification.md', import.meta.url), 'utf8');
const vector = Object.fromEntries(
  (/```vector reduced\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
    .trim()
    .split('\n')
    .map((line) => [line.slice(0, 12).trim(), line.slice(12).trim()]),
);

const image = Buffer.from('an image of the app, signed for MCUboot');
const match: TargetMatch = {
  component: componentName('app'),
  deviceTypes: [deviceType('board-m')],
  version: '2.0.0',
  releaseCounter: 7,
  nativeSignature: 'mcuboot',
};
const assign: TargetAssignment = {
  componentSerial: 'app',
  deployment: 'dep_00000000000000000000000001',
  rollout: undefined,
  deltaFrom: undefined,
  url: undefined,
};
const director = seedSigner();
const pinned = new Map([[tufKeyOf(director.publicKey).keyid, director.publicKey.key]]);

function targets(about: Partial<TargetMatch> = {}, to: Partial<TargetAssignment> = {}): TargetsMetadata {
  const custom = encodeTargetCustom({
    match: { ...match, ...about },
    assign: { ...assign, ...to },
    info: undefined,
    release: undefined,
  });
  return {
    type: 'targets',
    version: 7,
    expiresAt: Date.parse('2026-06-08T00:00:00Z'),
    unknown: {},
    targets: new Map([['thermostat/app/2.0.0.board-m', fileOf(image, custom)]]),
    delegations: undefined,
    device: deviceId('SN-1'),
    floors: new Map(),
  };
}

test('the vector of the page is what a director signs, and a small device accepts it', async () => {
  const file = Buffer.from(await signMetadata(encodeTargets(targets()), [director]));
  assert.equal(vector.file, file.toString());
  assert.equal(vector.keyid, tufKeyOf(director.publicKey).keyid);
  assert.equal(vector.image, image.toString());
  assert.deepEqual(reduced(file), { length: image.length, sha256: createHash('sha256').update(image).digest('hex') });
});

const second = { ...targets(), targets: new Map([...targets().targets, ['thermostat/app/other', fileOf(image, {})]]) };
const refused: readonly (readonly [string, TufProblem, TargetsMetadata, Signer?])[] = [
  ['a stranger', 'targets-signatures-missing', targets(), testSigner()],
  ['another device', 'wrong-device', { ...targets(), device: deviceId('SN-2') }],
  ['no device', 'wrong-device', { ...targets(), device: undefined }],
  ['an older file', 'targets-version-fell', { ...targets(), version: 5 }],
  ['an expired file', 'metadata-expired', { ...targets(), expiresAt: Date.parse('2026-06-01T00:00:00Z') }],
  ['two targets', 'component-assigned-twice', second],
  ['another component', 'unknown-component', targets({ component: componentName('modem') })],
  ['another serial', 'unknown-component', targets({}, { componentSerial: 'app-2' })],
  ['another type', 'wrong-device-type', targets({ deviceTypes: [deviceType('board-x')] })],
  ['no native signature', 'match-differs', targets({ nativeSignature: undefined })],
  ['an older release', 'release-counter-fell', targets({ releaseCounter: 5 })],
  ['a delegation', 'director-delegates', { ...targets(), delegations: { keys: new Map(), roles: [] } }],
  ['a long file', 'metadata-too-large', { ...targets(), unknown: { more: 'x'.repeat(4_096) } }],
  ['a line feed', 'metadata-malformed', { ...targets(), unknown: { more: '\n' } }],
];

for (const [name, code, metadata, signer = director] of refused) {
  test(`a small device refuses ${name}: ${code}`, async () => {
    assert.equal(reduced(await signMetadata(encodeTargets(metadata), [signer])), code);
  });
}

test('nothing assigned is accepted, when it is for this device', async () => {
  const file = await signMetadata(encodeTargets({ ...targets(), targets: new Map() }), [director]);
  assert.equal(reduced(file), 'nothing');
});

interface Signed {
  readonly _type: string;
  readonly spec_version: string;
  readonly version: number;
  readonly expires: string;
  readonly delegations?: object;
  readonly fettle?: { readonly device?: string };
  readonly targets: Readonly<Record<string, Target>>;
}
interface Target {
  readonly length: number;
  readonly hashes: { readonly sha256: string };
  readonly custom: {
    readonly match: { component: string; deviceTypes: string[]; releaseCounter: number; nativeSignature?: string };
    readonly assign: { readonly componentSerial: string };
  };
}

/** §3 of the page, checks 1 to 11. */
function reduced(bytes: Uint8Array): TufProblem | 'nothing' | { length: number; sha256: string } {
  const file = Buffer.from(bytes).toString();
  if (bytes.length > 4_096) return 'metadata-too-large';
  if (file.includes('\\') || !file.startsWith('{"signatures":[')) return 'metadata-malformed';
  const body = file.slice(file.indexOf('],"signed":') + 11, -1);
  const { signatures } = JSON.parse(file) as { signatures: { keyid: string; sig: string }[] };
  const good = signatures.some(({ keyid, sig }) => {
    const key = pinned.get(keyid);
    return key !== undefined && verify(null, Buffer.from(body), key, Buffer.from(sig, 'hex'));
  });
  if (!good) return 'targets-signatures-missing';
  const signed = JSON.parse(body) as Signed;
  if (signed._type !== 'targets' || !signed.spec_version.startsWith('1.')) return 'metadata-malformed';
  if (signed.delegations) return 'director-delegates';
  if (signed.fettle?.device !== 'SN-1') return 'wrong-device';
  if (signed.version < 6) return 'targets-version-fell';
  if (Date.parse(signed.expires) <= Date.parse('2026-06-02T00:00:00Z')) return 'metadata-expired';
  const [target, ...more] = Object.values(signed.targets);
  if (!target) return 'nothing';
  if (more.length > 0) return 'component-assigned-twice';
  const { match: what, assign: whom } = target.custom;
  if (whom.componentSerial !== 'app' || what.component !== 'app') return 'unknown-component';
  if (!what.deviceTypes.includes('board-m')) return 'wrong-device-type';
  if (what.nativeSignature !== 'mcuboot') return 'match-differs';
  if (what.releaseCounter < 6) return 'release-counter-fell';
  return { length: target.length, sha256: target.hashes.sha256 };
}

function seedSigner(): Signer {
  const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key: KeyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = readPublicKey(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  return { keyId: publicKey.id, publicKey, sign: async (message) => sign(null, message, key) };
}
