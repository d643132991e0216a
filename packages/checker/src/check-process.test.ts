import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Candidate } from '@fettle/gates';
import { releaseGates } from '@fettle/model';
import { type CheckOrder, checkBounds, runCheck } from './index.ts';

const mib = 1_048_576;
const folder = mkdtempSync(join(tmpdir(), 'fettle-checker-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const temporary = mkdtempSync(join(folder, 'runs-'));
const leftovers = () => readdirSync(temporary);
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function orderFor(name: string, bytes: Uint8Array, inputs: CheckOrder['inputs'] = []): CheckOrder {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const digest = createHash('sha256').update(bytes).digest('hex') as Candidate['digest'];
  const about = { deviceType: 'hub-a', component: 'main', fleet: 'hubs', version: '1.0.0' };
  return { candidate: { digest, sizeBytes: bytes.length, ...about }, path, now: 0, settings: {}, inputs };
}

/** Enough for the gates to be busy for seconds. */
const long = orderFor(
  'long',
  archiveOf(Array.from({ length: 20 }, (_, index) => [`${index}`, Buffer.alloc(16 * mib, `all work ${index} `)])),
);
const small = orderFor('small', archiveOf([['etc/key.pem', Buffer.from(pem)]]));
const nothing = async () => {};

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

/** Processes that this one has started and that have not ended. */
function children(of = process.pid): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === of);
}

function parentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
  } catch {
    return 0;
  }
}

test('every gate reports, and documents are files until they were taken', async () => {
  const paths: string[] = [];
  const outcome = await runCheck(
    small,
    async (all) => {
      for (const { path } of all.reports.flatMap(({ documents }) => documents)) {
        assert.ok(readFileSync(path).length > 0);
        paths.push(path);
      }
      return all;
    },
    { temporary },
  );
  assert.deepEqual(outcome.reports.map(({ gate }) => gate).sort(), [...releaseGates].sort());
  const secrets = outcome.reports.find(({ gate }) => gate === 'secrets');
  assert.deepEqual([secrets?.verdict, secrets?.findings[0]?.place], ['fail', 'etc/key.pem']);
  assert.equal(outcome.entries, 1);
  assert.ok(paths.length >= 4 && paths.every((path) => !existsSync(path)));
  assert.deepEqual([leftovers(), children()], [[], []]);
});

test('a check that takes too much memory is ended', async () => {
  const bounds = { ...checkBounds, memoryBytes: 100 * mib };
  const wanted = { code: 'check-failed', message: /more than 104857600 bytes of memory/ };
  await assert.rejects(runCheck(long, nothing, { bounds, temporary }), wanted);
  assert.deepEqual([leftovers(), children()], [[], []]);
});

test('a check that takes too much time is ended', async () => {
  const bounds = { ...checkBounds, timeMs: 700 };
  const wanted = { code: 'check-failed', message: /more than 700 ms/ };
  await assert.rejects(runCheck(long, nothing, { bounds, temporary }), wanted);
  assert.deepEqual([leftovers(), children()], [[], []]);
});

test('whoever is no longer interested ends it at once, before and while it runs', async () => {
  const controller = new AbortController();
  const reason = new Error('the server stops');
  const onProgress = () => controller.abort(reason);
  await assert.rejects(runCheck(long, nothing, { signal: controller.signal, onProgress, temporary }), reason);
  await assert.rejects(runCheck(long, nothing, { signal: controller.signal, temporary }), reason);
  assert.deepEqual([leftovers(), children()], [[], []]);
});

test('a check that is killed has failed, and says by what', async () => {
  const onProgress = () => {
    for (const pid of children()) process.kill(pid, 'SIGKILL');
  };
  const wanted = { code: 'check-failed', message: /ended by itself \(SIGKILL\)/ };
  await assert.rejects(runCheck(long, nothing, { onProgress, temporary }), wanted);
  assert.deepEqual([leftovers(), children()], [[], []]);
});

test('a check whose asker was killed ends by itself and removes its files', async () => {
  const program = `import { runCheck } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    await runCheck(JSON.parse(process.argv[1]), async () => {}, { temporary: process.argv[2] });`;
  const parameters = ['--input-type=module', '-e', program, JSON.stringify(long), temporary];
  const asker = spawn(process.execPath, parameters, { stdio: 'ignore' });
  const ended = once(asker, 'exit');
  const pid = await until(() => children(asker.pid)[0]);
  await until(() => leftovers()[0]);
  asker.kill('SIGKILL');
  await ended;
  await until(() => (existsSync(`/proc/${pid}`) ? undefined : true));
  assert.deepEqual(leftovers(), []);
});

async function until<T>(look: () => T | undefined): Promise<T> {
  const latest = performance.now() + 30_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    assert.ok(performance.now() < latest, 'waited 30 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('what cannot be read is told: the artifact, a document that is another, a document that is none', async () => {
  const gone = { ...small, path: join(folder, 'gone') };
  await assert.rejects(runCheck(gone, nothing, { temporary }), { code: 'check-failed', message: /ENOENT/ });
  const path = join(folder, 'document');
  writeFileSync(path, '{"what":"ever"}');
  const digest = createHash('sha256').update('{"what":"ever"}').digest('hex');
  const other = { ...small, inputs: [{ kind: 'sbom', path, digest: '0'.repeat(64) } as const] };
  await assert.rejects(runCheck(other, nothing, { temporary }), { code: 'digest-mismatch' });
  const none = { ...small, inputs: [{ kind: 'vex', path, digest } as const] };
  await assert.rejects(runCheck(none, nothing, { temporary }), { code: 'invalid-input', message: /VEX document/ });
  assert.deepEqual([leftovers(), children()], [[], []]);
});

test('what is thrown while the outcome is taken passes on, and the folder is gone', async () => {
  const broken = new Error('the disk is full');
  const take = () => Promise.reject(broken);
  await assert.rejects(runCheck(small, take, { temporary }), broken);
  assert.deepEqual([leftovers(), children()], [[], []]);
});
