import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createClient } from '@fettle/api';
import { makeFleet, until } from './api-support.ts';
import { ServerProcess } from './crash/server-process.ts';
import { foundInMemory, mappedFilesOf, openFilesOf } from './signer/process-memory.ts';
import { officersOf } from './trust/officers-online.ts';

/** A server as a process of its own, whose signer has signed both repositories. */
async function startServer(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'fettle-apart-'));
  const server = new ServerProcess(dataDir);
  t.after(() => server.remove());
  await server.start();
  return { server, dataDir, client: createClient({ server: server.url, token: server.adminToken }) };
}

/** The process that has a file of the folder open. */
function pidOfSigner(folder: string): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => isSigner(pid, folder));
}

function isSigner(pid: number, folder: string): boolean {
  try {
    return openFilesOf(pid).includes(join(folder, 'signer.db'));
  } catch {
    // Not ours to look at, or gone.
    return false;
  }
}

/** Each private key as it could stand in memory: raw, as the text of its file, as base64 of its file, in hexadecimal. */
function formsOfKeys(folder: string): ReadonlyMap<string, Buffer> {
  const forms = new Map<string, Buffer>();
  const tenant = join(folder, 'tenants/default');
  for (const file of readdirSync(tenant).filter((name) => name.endsWith('.pem'))) {
    const pem = readFileSync(join(tenant, file), 'utf8');
    const key = createPrivateKey(pem);
    const der = key.export({ format: 'der', type: 'pkcs8' });
    const raw = der.subarray(-32);
    forms.set(`${file} raw`, raw);
    forms.set(`${file} hexadecimal`, Buffer.from(raw.toString('hex')));
    forms.set(`${file} hexadecimal, UTF-16`, Buffer.from(raw.toString('hex'), 'utf16le'));
    forms.set(`${file} PEM`, Buffer.from(pem.split('\n')[1] ?? ''));
    forms.set(`${file} PEM, UTF-16`, Buffer.from(pem.split('\n')[1] ?? '', 'utf16le'));
    forms.set(`${file} base64`, Buffer.from(raw.toString('base64').slice(0, 40)));
    forms.set(`${file} base64url`, Buffer.from(raw.toString('base64url').slice(0, 40)));
  }
  return forms;
}

test('no private key of the online roles is in the memory or the open files of the server', async (t) => {
  const { server, dataDir, client } = await startServer(t);
  const folder = join(dataDir, 'signer');
  await makeFleet(client, 'apart');
  await officersOf(client, ['apart']);
  const signerPid = pidOfSigner(folder);
  assert.ok(signerPid && signerPid !== server.pid);
  const forms = formsOfKeys(folder);
  assert.equal(forms.size, 6 * 7);

  const here = foundInMemory(server.pid, forms);
  assert.deepEqual([...here], []);
  const reached = [...openFilesOf(server.pid), ...mappedFilesOf(server.pid)].filter((path) => path.startsWith(folder));
  assert.deepEqual(reached, []);

  // The same search finds every key where it has to be, and what the server itself keeps secret in the server: so it
  // would have found one.
  const there = foundInMemory(signerPid, forms);
  for (const form of forms.keys()) if (form.endsWith('.pem raw')) assert.ok(there.has(form), `${form} not found`);
  assert.ok(openFilesOf(signerPid).some((path) => path.startsWith(folder)));
  const title = new Map([['its own folder', Buffer.from(dataDir)]]);
  assert.equal(foundInMemory(server.pid, title).size, 1);
});

test('a signer is started when there is something to sign, ends with its server, and is started anew if it dies', async (t) => {
  const { server, dataDir, client } = await startServer(t);
  const folder = join(dataDir, 'signer');
  await makeFleet(client, 'lazy');
  assert.equal(statSync(folder, { throwIfNoEntry: false }), undefined);
  const { online } = await client.trustState();
  const first = pidOfSigner(folder);
  assert.ok(first);
  process.kill(first, 'SIGKILL');
  assert.deepEqual((await client.trustState()).online, online);
  const second = pidOfSigner(folder);
  assert.ok(second && second !== first);
  // However the server ends, the signer does not stay behind.
  await server.kill();
  await until(() => (isSigner(second, folder) ? undefined : true), 'the signer to end after its server was killed');
  await server.start();
  const again = createClient({ server: server.url, token: server.adminToken });
  assert.deepEqual((await again.trustState()).online, online);
  const third = pidOfSigner(folder);
  assert.ok(third);
  await server.stop();
  assert.equal(isSigner(third, folder), false);
});

test('two servers over one folder share the signer of the one that came first, and the second goes on alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-shared-'));
  const sharing = ['--signer-folder', folder];
  const [one, two] = ['one', 'two'].map((name) => new ServerProcess(join(folder, name), sharing));
  assert.ok(one && two);
  t.after(async () => {
    await one.remove();
    await two.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  await one.start();
  await two.start();
  const ask = async (server: ServerProcess) =>
    (await createClient({ server: server.url, token: server.adminToken }).trustState()).online;
  const online = await ask(one);
  assert.ok(online);
  assert.deepEqual(await ask(two), online);
  await one.stop();
  assert.deepEqual(await ask(two), online);
});
