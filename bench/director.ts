import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@fettle/api';
import { deviceId } from '@fettle/model';
import { createSignerClient } from '../packages/server/src/signer/client.ts';
import { foundRepository } from '../packages/server/test/signer/signed-repositories.ts';
import { officersOf } from '../test/system/trust/officers-online.ts';
import { cpuSeconds, start, startLoad, startServer, stop } from './processes.ts';
import { seed } from './seed.ts';
import { fleet } from './seed-kit.ts';

const signerMain = fileURLToPath(new URL('../packages/server/src/signer/main.ts', import.meta.url));
const together = 64;
const runMs = 5_000;
const cachedDevices = 2_000;

/** What the director costs: a set signed for one device through the socket, and one that a device asks for again. */
export async function measureDirector(note: (text: string) => void): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-bench-director-'));
  try {
    const signed = await measureSigning(folder, note);
    return { ...signed, ...(await measureCached(folder, note)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sets of three files, each verified, judged and durable before its signature leaves; many devices at once. */
async function measureSigning(folder: string, note: (text: string) => void): Promise<Record<string, number>> {
  const socket = join(folder, 'signer.sock');
  const child = start([
    signerMain,
    '--folder',
    join(folder, 'signer'),
    '--socket',
    socket,
    '--director-rate',
    '100000',
  ]);
  const client = createSignerClient(socket);
  const { hand, target } = await foundRepository(client, Date.now());
  const assigned = new Map([[target.path, target.director]]);
  let sets = 0;
  let end = 0;
  const sign = async (lane: number) => {
    for (let i = 0; performance.now() < end; i++, sets++) {
      await hand.signDirectorSet(deviceId(`bench-${lane}-${sets}-${i}`), assigned);
    }
  };
  const run = async (durationMs: number) => {
    const begun = performance.now();
    end = begun + durationMs;
    await Promise.all(Array.from({ length: together }, (_, lane) => sign(lane)));
    return (performance.now() - begun) / 1_000;
  };
  await run(2_000);
  sets = 0;
  const before = cpuSeconds(child.pid ?? 0);
  const seconds = await run(runMs);
  const cpu = cpuSeconds(child.pid ?? 0) - before;
  note(
    `director: ${sets} sets of ${together} devices at once, ${((cpu * 1e6) / sets).toFixed(0)} µs of the signer each`,
  );
  client.close();
  await stop(child);
  return { 'director.sign_per_s': sets / seconds };
}

/** A device asks for its timestamp, over HTTP, and nothing has changed. */
async function measureCached(folder: string, note: (text: string) => void): Promise<Record<string, number>> {
  const dataDir = join(folder, 'data');
  const size = { devices: cachedDevices, tokens: cachedDevices, busy: 1, fileBytes: 1_048_576 };
  const seeded = await seed(dataDir, size);
  const server = await startServer(dataDir);
  const client = createClient({ server: `http://127.0.0.1:${server.port}`, token: seeded.adminToken });
  // Whose first phase would forbid a ceremony.
  const { items: rollouts } = await client.listRollouts({ fleet });
  for (const { id } of rollouts) await client.abortRollout({ rollout: id, reason: 'bench' });
  await officersOf(client, [fleet]);
  const drive = startLoad();
  const requests = seeded.idle.map(
    ({ token }) =>
      `GET /device/v1/director/timestamp.json HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  const order = { port: server.port, requests, connections: 32, durationMs: 30_000 };
  const first = await drive({ ...order, once: true });
  note(
    `director: ${first.answers} devices got their first set at ${(first.answers / first.seconds).toFixed(0)} a second`,
  );
  const again = await drive({ ...order, durationMs: runMs });
  await server.stop();
  if (first.refused + again.refused > 0) throw new Error(`${first.refused + again.refused} requests were refused.`);
  return { 'director.cached_per_s': again.answers / again.seconds };
}
