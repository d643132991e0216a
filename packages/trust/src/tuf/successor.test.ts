import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceId } from '@fettle/model';
import { encodeCanonical } from './canonical.ts';
import { encodeMetadata } from './encode-metadata.ts';
import type { Metadata, RootMetadata, SnapshotMetadata, TargetsMetadata, TimestampMetadata } from './metadata.ts';
import { openPayload } from './open-metadata.ts';
import { checkSuccessor, type SuccessorContext, type SuccessorProblem } from './successor.ts';
import { delegationOf, delegations, directorTarget, imagePath, imageTarget, testDevice } from './testing/test-fleet.ts';
import { dayMs, testStart } from './testing/test-repository.ts';
import { keysOf, roleOf, testSigner, testSigners } from './testing/test-signer.ts';

const officers = testSigners(3);
const base = { version: 1, unknown: {} };
const next = { version: 2, unknown: {} };
const root: RootMetadata = {
  ...base,
  type: 'root',
  expiresAt: testStart + 300 * dayMs,
  keys: keysOf(...officers),
  roles: {
    root: roleOf(officers, 2),
    targets: roleOf(officers, 2),
    snapshot: roleOf(officers.slice(0, 1), 1),
    timestamp: roleOf(officers.slice(0, 1), 1),
  },
  time: undefined,
};
const targets: TargetsMetadata = {
  ...base,
  type: 'targets',
  expiresAt: testStart + 80 * dayMs,
  targets: new Map(),
  delegations: undefined,
  device: undefined,
  floors: new Map(),
};
const fleet = delegationOf('thermostat', officers, { threshold: 2 });
const top: TargetsMetadata = { ...targets, ...delegations([fleet, officers]) };
const listed: TargetsMetadata = {
  ...targets,
  targets: new Map([[imagePath, imageTarget()]]),
  floors: new Map([['a/b', 3]]),
};
const directed: TargetsMetadata = {
  ...targets,
  expiresAt: testStart + 7 * dayMs,
  device: testDevice,
  targets: new Map([[imagePath, directorTarget()]]),
};
const meta = { version: 5, length: 10, sha256: undefined };
const snapshot: SnapshotMetadata = {
  ...base,
  type: 'snapshot',
  expiresAt: testStart + 7 * dayMs,
  meta: new Map([['a', meta]]),
};
const timestamp: TimestampMetadata = { ...base, type: 'timestamp', expiresAt: testStart + dayMs, snapshot: meta };

interface Row {
  readonly name: string;
  readonly codes: readonly SuccessorProblem[];
  readonly previous: Metadata | undefined;
  readonly next: Metadata;
  readonly context?: Partial<SuccessorContext>;
}
const director = { repository: 'director' } as const;
const delegated = { role: 'thermostat' } as const;
const withRole = (change: Partial<RootMetadata['roles']>): RootMetadata => ({
  ...root,
  ...next,
  roles: { ...root.roles, ...change },
});

const rows: readonly Row[] = [
  { name: 'a first root', codes: [], previous: undefined, next: root },
  { name: 'a next root', codes: [], previous: root, next: { ...root, ...next } },
  { name: 'a next fleet file', codes: [], previous: listed, next: { ...listed, ...next }, context: delegated },
  { name: 'a next file of a device', codes: [], previous: directed, next: { ...directed, ...next }, context: director },
  { name: 'a next snapshot', codes: [], previous: snapshot, next: { ...snapshot, ...next } },
  { name: 'a next timestamp', codes: [], previous: timestamp, next: { ...timestamp, ...next } },
  { name: 'a version that jumps', codes: ['version-not-next'], previous: root, next: { ...root, version: 3 } },
  { name: 'a version again', codes: ['version-not-next'], previous: root, next: root },
  { name: 'a first version of 2', codes: ['version-not-next'], previous: undefined, next: { ...root, ...next } },
  { name: 'another type', codes: ['wrong-type'], previous: root, next: snapshot, context: { role: 'root' } },
  {
    name: 'a timestamp for a week',
    codes: ['expiry-out-of-bounds'],
    previous: timestamp,
    next: { ...timestamp, ...next, expiresAt: testStart + 7 * dayMs },
  },
  {
    name: 'a file that has expired',
    codes: ['expiry-out-of-bounds'],
    previous: root,
    next: { ...root, ...next, expiresAt: testStart },
  },
  {
    name: 'an unknown member',
    codes: ['unknown-members'],
    previous: root,
    next: { ...root, ...next, unknown: { more: 1 } },
  },
  {
    name: 'a lowered threshold',
    codes: ['threshold-lowered'],
    previous: root,
    next: withRole({ targets: roleOf(officers, 1) }),
  },
  {
    name: 'fewer keys than the threshold',
    codes: ['threshold-unreachable'],
    previous: root,
    next: withRole({ targets: roleOf(officers.slice(0, 1), 2) }),
  },
  {
    name: 'a threshold that only ML-DSA-44 would reach',
    codes: ['threshold-unreachable'],
    previous: root,
    next: (() => {
      const extra = testSigner('ml-dsa-44');
      const held = roleOf([...officers.slice(0, 1), extra], 2);
      return { ...withRole({ targets: held }), keys: keysOf(...officers, extra) };
    })(),
  },
  {
    name: 'a lowered threshold of a fleet',
    codes: ['threshold-lowered'],
    previous: top,
    next: { ...top, ...next, ...delegations([delegationOf('thermostat', officers), officers]) },
  },
  {
    name: 'top-level targets that list a file',
    codes: ['top-level-lists-targets'],
    previous: top,
    next: { ...top, ...next, targets: listed.targets },
  },
  {
    name: 'a lowered floor',
    codes: ['floor-lowered'],
    previous: listed,
    next: { ...listed, ...next, floors: new Map([['a/b', 2]]) },
    context: delegated,
  },
  {
    name: 'an image target without facts',
    codes: ['target-malformed'],
    previous: listed,
    next: { ...listed, ...next, targets: directed.targets },
    context: delegated,
  },
  {
    name: 'an unknown member in custom',
    codes: ['unknown-members'],
    previous: listed,
    next: {
      ...listed,
      ...next,
      targets: new Map([[imagePath, { ...imageTarget(), custom: { ...imageTarget().custom, more: 1 } }]]),
    },
    context: delegated,
  },
  {
    name: 'a director without a device',
    codes: ['device-missing', 'device-changed'],
    previous: directed,
    next: { ...directed, ...next, device: undefined },
    context: director,
  },
  {
    name: 'the file of another device',
    codes: ['device-changed'],
    previous: directed,
    next: { ...directed, ...next, device: deviceId('SN-2') },
    context: director,
  },
  {
    name: 'a director that delegates',
    codes: ['director-delegates'],
    previous: directed,
    next: { ...directed, ...next, delegations: top.delegations },
    context: director,
  },
  {
    name: 'a snapshot that forgets a role',
    codes: ['entry-vanished'],
    previous: snapshot,
    next: { ...snapshot, ...next, meta: new Map() },
  },
  {
    name: 'a snapshot that lists an older role',
    codes: ['listed-version-fell'],
    previous: snapshot,
    next: { ...snapshot, ...next, meta: new Map([['a', { ...meta, version: 4 }]]) },
  },
  {
    name: 'a timestamp of an older snapshot',
    codes: ['listed-version-fell'],
    previous: timestamp,
    next: { ...timestamp, ...next, snapshot: { ...meta, version: 4 } },
  },
];

for (const { name, codes, previous, next: file, context } of rows) {
  test(`${name}: ${codes.length === 0 ? 'may be signed' : codes.join(', ')}`, () => {
    const role = { repository: 'image', role: file.type, now: testStart, ...context } as const;
    const findings = checkSuccessor(previous, file, role);
    assert.deepEqual(
      findings.map(({ code }) => code),
      codes,
      JSON.stringify(findings),
    );
  });
}

test('a payload with a member that is not understood, at any depth, is not opened for signing', () => {
  const bytes = encodeMetadata(root);
  assert.equal(openPayload(bytes).ok, true);
  const parsed = JSON.parse(Buffer.from(bytes).toString()) as { roles: { root: object } };
  Object.assign(parsed.roles.root, { more: 1 });
  const opened = openPayload(encodeCanonical(parsed as Parameters<typeof encodeCanonical>[0]));
  assert.equal(opened.ok === false && opened.code, 'metadata-malformed');
});
