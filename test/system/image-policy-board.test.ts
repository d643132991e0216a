import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nativeSignatureFor } from '@fettle/model';
import { type Board, createBoard } from '@fettle/simulator';
import { targetsOfManifest } from '@fettle/trust';
import { allAtOnce, startTestServer, type TestServer, until } from './api-support.ts';
import { sha256Of } from './crash/workshop.ts';
import { board, component, demandKeyA, fleet, keyA, keyB, signedImage, upload } from './image-policy-support.ts';
import { officersOf } from './trust/officers-online.ts';

const agentMain = new URL('../../packages/agent/src/main.ts', import.meta.url).pathname;

test('under the image repository the demand is signed, and a board verifies the image once more', async () => {
  await using server = await startTestServer({ 'load.eventLoopDelayMs': 0 });
  const { client } = server;
  await client.createFleet({ id: fleet, deviceTypes: [board], checkInIntervalMs: 1_000 });
  const officers = await officersOf(client, [fleet]);
  const { rules } = await client.setImagePolicy(demandKeyA());
  const publish = async (version: string, bytes: Uint8Array, isDemanded = true) => {
    const manifest = await upload(server, version, bytes);
    const made = targetsOfManifest(manifest, (one) => (isDemanded ? nativeSignatureFor(rules, one) : undefined));
    const targets = new Map([...(officers.listed.get(fleet) ?? []), ...made]);
    await client.publishRelease({ fleet, targets: await officers.release(manifest, { targets }) });
    officers.stands(`image ${fleet}`);
    officers.listed.set(fleet, targets);
  };
  const refused = { code: 'image-refused' };

  const good = await signedImage('2.0.0', { counter: 2 });
  await assert.rejects(publish('2.0.0', good, false), { ...refused, message: /demand a native signature of mcuboot/ });
  await assert.rejects(publish('2.0.0', await signedImage('2.0.0', { by: keyB })), refused);
  await assert.rejects(publish('2.0.0', Buffer.alloc(9_000, 1)), refused);
  assert.deepEqual((await client.listReleases({ fleet })).items, []);
  await publish('2.0.0', good);
  const role = (await client.trustMetadata({ repository: 'image', name: `${fleet}.json` })).text;
  assert.match(role, /"nativeSignature":"mcuboot"/);

  await using agent = await bringBoard(server, good);
  await rollOut(server, '2.0.0', 'succeeded');
  assert.equal(agent.board.runningDigest, sha256Of(good));

  // Somebody weakens the policy of the server: what the board accepts stays what it was made with.
  const [rule] = rules;
  assert.ok(rule);
  rules.splice(0, 1, { ...rule, keys: [keyB.publicKeyPem] });
  await client.setImagePolicy({ fleet, rules });
  await publish('3.0.0', await signedImage('3.0.0', { counter: 3, by: keyB }));
  await rollOut(server, '3.0.0', 'failed');
  assert.equal(agent.board.runningDigest, sha256Of(good));
  const reasons: string[] = [];
  for await (const event of client.all('listAudit', { fleet, limit: 500 })) reasons.push(event.reason);
  assert.ok(
    reasons.some((reason) => reason.includes('native-signature-invalid')),
    'the board says why',
  );
});

async function rollOut({ client }: TestServer, version: string, wanted: 'succeeded' | 'failed'): Promise<void> {
  const plan = { ...allAtOnce, maxAttempts: 1 };
  const { id } = await client.createRollout({ fleet, version, group: 'all', plan, start: true, reason: 'test' });
  await until(
    async () => {
      const [phase] = (await client.getRollout({ rollout: id })).phases;
      return phase?.counts?.[wanted] === 1 ? true : undefined;
    },
    `a board that has ${wanted} with ${version}`,
    90_000,
  );
}

/** A board whose agent accepts images signed by key A, and nobody else's. */
async function bringBoard(
  { client, url }: TestServer,
  good: Uint8Array,
): Promise<AsyncDisposable & { readonly board: Board }> {
  const dir = await mkdtemp(join(tmpdir(), 'fettle-image-board-'));
  const factoryImage = join(dir, 'factory.img');
  await writeFile(factoryImage, Buffer.alloc(1_000, 'factory'));
  await writeFile(join(dir, 'native.pem'), keyA.publicKeyPem);
  const root = async (repository: 'image' | 'director') =>
    (await client.trustMetadata({ repository, name: 'root.json' })).text;
  const { token: claimToken } = await client.createClaimToken({ fleet, name: 'factory', uses: 1 });
  const slots = { a: 'slot-a.img', b: 'slot-b.img' };
  const made = createBoard({
    dir: join(dir, 'board'),
    agentCommand: [process.execPath, '--disable-warning=ExperimentalWarning', agentMain],
    server: url,
    fleet,
    device: 'dev-1',
    deviceType: board,
    claimToken,
    roots: { image: await root('image'), director: await root('director') },
    slotSizeBytes: 65_536,
    factoryImage,
    catalogue: [
      { digest: sha256Of(Buffer.alloc(1_000, 'factory')), sizeBytes: 1_000, behaviour: 'good' },
      { digest: sha256Of(good), sizeBytes: good.length, behaviour: 'good' },
    ],
    agentConfig: {
      factory: { version: '1.0.0', counter: 0 },
      checkIn: { minSeconds: 1, maxSeconds: 1 },
      components: { [component]: { slots, slotSizeBytes: 65_536, nativeKeyFiles: [join(dir, 'native.pem')] } },
    },
  });
  made.powerOn();
  return {
    board: made,
    async [Symbol.asyncDispose]() {
      await made.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
