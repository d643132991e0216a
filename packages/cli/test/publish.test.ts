import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fleetId } from '@fettle/model';
import { readPublicKey, verifyRelease } from '@fettle/trust';
import { type FakeHandlers, Refusal, startFakeServer } from './fake-server.ts';
import { fleet, release } from './samples.ts';
import { openTerminal } from './terminal.ts';

/** A fleet that trusts one key, takes uploads and remembers what is published. */
function publishing(trusted: readonly string[]): { handlers: FakeHandlers; envelopes: string[] } {
  const envelopes: string[] = [];
  const sizes = new Map<string, number>();
  const handlers: FakeHandlers = {
    listFleets: () => ({ items: [fleet(trusted)], next: null }),
    getFleet: () => fleet(trusted),
    getReleasePolicy: () => ({ policy: null }),
    nextCounter: () => ({ counter: envelopes.length + 1 }),
    beginUpload: ({ sha256, sizeBytes }) => {
      const complete = sizes.has(String(sha256));
      sizes.set(String(sha256), Number(sizeBytes));
      return { id: complete ? null : 'up-1', sha256, sizeBytes, receivedBytes: complete ? sizeBytes : 0, complete };
    },
    appendUpload: () => ({ receivedBytes: 1, complete: true }),
    getRelease: ({ version }) => {
      const found = envelopes.map(manifestOf).find((manifest) => manifest.version === version);
      if (!found) throw new Refusal('not-found', 404);
      return { ...release(), ...found, envelope: '' };
    },
    publishRelease: ({ envelope }) => {
      envelopes.push(String(envelope));
      return { release: { ...release(), ...manifestOf(String(envelope)) }, created: true };
    },
  };
  return { handlers, envelopes };
}

function manifestOf(envelope: string): { version: string } {
  const { payload } = JSON.parse(envelope) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64').toString()) as { version: string };
}

test('publish hashes, uploads, signs on this machine and publishes what the key signed', async () => {
  const terminal = await openTerminal();
  const { keyId } = (await terminal.json(['key', 'create'])) as { keyId: string };
  const { handlers, envelopes } = publishing([keyId]);
  const server = await startFakeServer(handlers);
  const shared = ['--server', server.url, '--token', 'fake-token'];
  try {
    const file = join(terminal.home, 'fw.bin');
    const bytes = Buffer.alloc(600_000, 7);
    await writeFile(file, bytes);
    const place = ['--type', 'hub-a,hub-b', '--component', 'rootfs', '--version', '1.0.0', '--notes', 'first'];
    const done = await terminal.type(['release', 'publish', file, ...place, ...shared, '--json']);
    assert.equal(done.exit, 0, done.err);
    assert.equal((JSON.parse(done.out) as { created: boolean }).created, true);
    assert.deepEqual(server.uploads.get('up-1'), bytes);
    const pem = await readFile(join(terminal.home, '.config/fettle/release.key.pub'), 'utf8');
    const trust = { fleet: fleetId('hubs'), keys: [readPublicKey(pem)], threshold: 1 };
    const verdict = verifyRelease(envelopes[0] ?? '', trust);
    assert.ok(verdict.ok);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    assert.deepEqual(
      verdict.manifest.artifacts.map((a) => [a.deviceType, a.component, a.digest, a.sizeBytes]),
      [
        ['hub-a', 'rootfs', sha256, 600_000],
        ['hub-b', 'rootfs', sha256, 600_000],
      ],
    );
    assert.deepEqual(
      [verdict.manifest.counter, verdict.manifest.notes, verdict.manifest.allowDowngrade],
      [1, 'first', false],
    );
    const privateKey = await readFile(join(terminal.home, '.config/fettle/release.key'), 'utf8');
    const sent = JSON.stringify(server.calls);
    assert.equal(
      privateKey.split('\n').some((line) => line.length > 40 && sent.includes(line)),
      false,
      'the key stays here',
    );

    const again = await terminal.type(['release', 'publish', file, ...place, ...shared, '--json']);
    assert.deepEqual([again.exit, (JSON.parse(again.out) as { created: boolean }).created], [0, false]);
    const noted = place.with(-1, 'second');
    const otherNotes = await terminal.type(['release', 'publish', file, ...noted, ...shared]);
    assert.deepEqual([otherNotes.exit, /found one with other notes \("first"\)/.test(otherNotes.err)], [5, true]);
    await writeFile(file, Buffer.alloc(600_000, 8));
    const uploads = () => server.calls.filter(({ route }) => route === 'beginUpload').length;
    const before = uploads();
    const other = await terminal.type(['release', 'publish', file, ...place, ...shared]);
    assert.deepEqual([other.exit, /other contents for hub-a\/rootfs, hub-b\/rootfs/.test(other.err)], [5, true]);
    assert.equal(uploads(), before, 'asked before anything is uploaded');
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('publish asks and signs again when somebody else took the counter', async () => {
  const terminal = await openTerminal();
  const { keyId } = (await terminal.json(['key', 'create'])) as { keyId: string };
  const { handlers, envelopes } = publishing([keyId]);
  let races = 2;
  let counter = 0;
  const server = await startFakeServer({
    ...handlers,
    getReleasePolicy: () => ({ policy: null }),
    nextCounter: () => ({ counter: ++counter }),
    publishRelease: (input) => {
      if (races-- > 0) throw new Refusal('counter-reused', 409);
      return handlers.publishRelease?.(input);
    },
  });
  try {
    const file = join(terminal.home, 'fw.bin');
    await writeFile(file, 'firmware');
    const shared = ['--server', server.url, '--token', 'fake-token'];
    const done = await terminal.type(['release', 'publish', `${file}:hub-a:rootfs`, '--version', '2', ...shared]);
    assert.equal(done.exit, 0, done.err);
    assert.equal((manifestOf(envelopes[0] ?? '') as { counter?: number }).counter, 3);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('publish refuses before it uploads: loose key, unknown key, foreign type, empty file, odd version', async () => {
  const terminal = await openTerminal();
  await terminal.type(['key', 'create']);
  const { handlers } = publishing(['f'.repeat(64)]);
  const server = await startFakeServer(handlers);
  const shared = ['--server', server.url, '--token', 'fake-token'];
  try {
    const file = join(terminal.home, 'fw.bin');
    await writeFile(file, 'firmware');
    const publish = (...args: readonly string[]) => terminal.type(['release', 'publish', ...args, ...shared]);
    const spec = `${file}:hub-a:rootfs`;
    const untrusted = await publish(spec, '--version', '1');
    assert.deepEqual([untrusted.exit, /fettle fleet key add/.test(untrusted.err)], [6, true]);
    assert.equal((await publish(spec, '--version', 'no spaces')).exit, 2);
    assert.equal((await publish(spec, '--version', '1', '--security-floor', '-1')).exit, 2);
    assert.equal((await publish(`${file}:hub-a:rootfs`, '--version', '1', '--key', '/nowhere/key')).exit, 2);
    const key = join(terminal.home, '.config/fettle/release.key');
    assert.equal((await stat(key)).mode & 0o777, 0o600);
    await chmod(key, 0o640);
    const loose = await publish(spec, '--version', '1');
    assert.deepEqual([loose.exit, /chmod 600/.test(loose.err)], [2, true]);
    assert.equal(
      server.calls.some(({ route }) => route === 'beginUpload'),
      false,
    );
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('a key file is never overwritten, and key show takes either half', async () => {
  const terminal = await openTerminal();
  try {
    const made = (await terminal.json(['key', 'create'])) as { keyId: string; publicKeyFile: string };
    assert.equal((await terminal.type(['key', 'create'])).exit, 5);
    const [own, half] = [
      await terminal.json(['key', 'show']),
      await terminal.json(['key', 'show', '--key', made.publicKeyFile]),
    ];
    assert.deepEqual([(own as typeof made).keyId, (half as typeof made).keyId], [made.keyId, made.keyId]);
    assert.doesNotMatch((await terminal.type(['key', 'show'])).out, /PRIVATE/);
  } finally {
    await terminal.leave();
  }
});
