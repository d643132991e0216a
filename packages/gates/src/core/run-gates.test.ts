import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bytesSource, walkLimits } from '@fettle/images';
import { memoryScratch } from '@fettle/images/walk';
import { releaseGates } from '@fettle/model';
import { inventoryKind } from '../sbom/component.ts';
import type { Candidate } from './gate.ts';
import { type GateRun, runGates } from './run-gates.ts';

const mib = 1_048_576;
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const status = 'Package: hello\nStatus: install ok installed\nVersion: 2.10-3\nArchitecture: arm64\n\n';
const files = { 'etc/key.pem': pem, 'var/lib/dpkg/status': status, 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' };

function imageOf(named: Readonly<Record<string, string>>): Buffer {
  return gzipSync(archiveOf(Object.entries(named).map(([name, text]) => [name, Buffer.from(text)])));
}

/** An archive of cpio, form newc. */
function archiveOf(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Buffer {
  const padded = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  const parts = [...files, ['TRAILER!!!', Buffer.alloc(0)] as const].flatMap(([name, bytes], index) => {
    const fields = [index + 1, 0o100644, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length + 1, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
    return [padded(Buffer.from(header)), padded(bytes)];
  });
  return Buffer.concat(parts);
}

function run(bytes: Buffer, changes: Partial<GateRun> = {}) {
  const digest = createHash('sha256').update(bytes).digest('hex') as Candidate['digest'];
  const about = { deviceType: 'hub-a', component: 'main', fleet: 'hubs', version: '1.0.0' };
  return runGates({
    context: { candidate: { digest, sizeBytes: bytes.length, ...about }, source: bytesSource(bytes), now: 0 },
    settings: {},
    supplied: { sboms: [], vex: [], bundles: [] },
    dataSets: [],
    scratch: memoryScratch(64 * mib),
    ...changes,
  });
}

test('each gate reports once, of the same walk', async () => {
  const told: number[] = [];
  const { reports, bytes, entries } = await run(imageOf(files), { onProgress: (done) => void told.push(done) });
  assert.deepEqual(reports.map(({ gate }) => gate).sort(), [...releaseGates].sort());
  const by = new Map(reports.map((report) => [report.gate, report]));
  assert.equal(by.get('secrets')?.findings[0]?.place, 'content!etc/key.pem');
  assert.equal(by.get('sbom')?.facts.packages, 1);
  assert.equal(by.get('contents')?.verdict, 'pass');
  // Nothing is known of vulnerabilities, and no build is accepted: neither is a pass.
  assert.equal(by.get('vulnerabilities')?.verdict, 'inconclusive');
  assert.equal(by.get('provenance')?.verdict, 'inconclusive');
  assert.equal(entries, 4);
  assert.deepEqual(
    told,
    [...told].sort((a, b) => a - b),
  );
  assert.equal(told.at(-1), bytes);
});

test('the inventory that vulnerabilities were looked up for is kept with the SBOMs', async () => {
  const { reports } = await run(imageOf(files));
  const documents = reports.find(({ gate }) => gate === 'sbom')?.documents ?? [];
  const kept = documents.find(({ kind }) => kind === inventoryKind);
  const { components } = JSON.parse(Buffer.from(kept?.bytes ?? []).toString());
  assert.deepEqual([components[0].name, components[0].version], ['hello', '2.10-3']);
});

test('settings reach their gates', async () => {
  const { reports } = await run(imageOf({ a: 'b' }), {
    settings: { contents: { slotBytes: { main: 10 } }, provenance: { identities: [] } },
  });
  const contents = reports.find(({ gate }) => gate === 'contents');
  assert.deepEqual([contents?.verdict, contents?.findings[0]?.rule], ['fail', 'too-large-for-slot']);
});

test('what a limit of the walk hides is told by the gate that judges contents', async () => {
  const { reports } = await run(imageOf(files), { limits: { ...walkLimits, entries: 2 } });
  const contents = reports.find(({ gate }) => gate === 'contents');
  assert.deepEqual([contents?.verdict, contents?.findings[0]?.rule], ['fail', 'walk-too-many']);
});

test('the same bytes give the same reports', async () => {
  const [one, two] = [await run(imageOf(files)), await run(imageOf(files))];
  assert.deepEqual(two, one);
});
