import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { native } from '@fettle/protocol';
import { type Board, createBoard } from '@fettle/simulator';
import { generateKeyPem, signerFromPem } from '@fettle/trust';
import { makeImages, type PreparedImage } from './power-cuts/images.ts';
import { PretendServer } from './power-cuts/pretend-server.ts';
import { audience, offerOf } from './power-cuts/releases.ts';

const agentMain = join(import.meta.dirname, '../../packages/agent/src/main.ts');
const deadlineMs = 60_000;
const root = mkdtempSync(join(tmpdir(), 'fettle-waiting-'));
const boards: Board[] = [];
let server: PretendServer | undefined;
after(async () => {
  for (const board of boards) await board.cutPower();
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

test('a real agent waits for its board: for a link, for its user across a power cut, for consent; then it updates', async () => {
  const [factory, next] = makeImages(root, 7);
  assert.ok(factory && next);
  const keys = generateKeyPem();
  const heard: native.ReportMessage[] = [];
  const checkIns: native.CheckInRequest[] = [];
  const waits = () => heard.flatMap(({ detail }) => /^waiting: (.*)$/.exec(detail ?? '')?.[1] ?? []);
  const offer = await offerOf(next, 2, signerFromPem(keys.privateKeyPem));
  const demands = { notInUse: true, unmeteredLink: true, consent: true };
  let offered = false;
  server = new PretendServer({
    offerFor: async () => {
      if (offered) return undefined;
      offered = true;
      return { ...offer, demands };
    },
    checkedIn: (_device, request) => checkIns.push(request),
    // A power cut between a report and its acknowledgement brings it twice.
    reported: (_device, report) => {
      if (heard.every(({ sequence }) => sequence !== report.sequence)) heard.push(report);
    },
    bytesOf: (digest) => (digest === next.digest ? next.bytes : undefined),
  });
  const board = boardOf(await server.listen(), keys.publicKeyPem, [factory, next]);

  board.powerOn();
  await until(board, () => waits().length === 1);
  board.say({ 'in-use': true });
  await until(board, () => waits().length === 2);
  await board.cutPower();
  const saidBefore = checkIns.length;
  board.powerOn();
  await until(board, () => checkIns.length > saidBefore);
  board.say({ 'in-use': false });
  await until(board, () => waits().length === 3);
  writeFileSync(join(root, 'board', 'consent'), `${offer.version}\n`);
  await until(board, () => heard.some(({ status }) => status === 'succeeded'));

  assert.deepEqual(waits(), ['metered-link', 'in-use, awaiting-consent', 'awaiting-consent']);
  assert.equal(board.runningDigest, next.digest);
  assert.equal(checkIns.at(saidBefore)?.attributes['in-use'], true);
  assert.deepEqual(server.faults, []);
});

function boardOf(url: string, trustKeyPem: string, images: readonly [PreparedImage, PreparedImage]): Board {
  const board = createBoard({
    dir: join(root, 'board'),
    agentCommand: [process.execPath, agentMain],
    server: url,
    ...audience,
    device: 'board',
    trustKeyPem,
    slotSizeBytes: 1_310_720,
    factoryImage: images[0].file,
    catalogue: images,
    readiness: { 'link-metered': true },
    timings: { bootMs: 5, watchdogMs: 50, restartMs: 20 },
    agentConfig: {
      readiness: { command: ['/bin/cat', 'readiness.json'], consentFile: 'consent' },
      checkIn: { minSeconds: 0.05, maxSeconds: 0.2 },
    },
  });
  boards.push(board);
  return board;
}

async function until(board: Board, condition: () => boolean): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    assert.ok(Date.now() < end, `waited too long; the agent's log ends:\n${board.agentLogTail()}`);
    await wait(5);
  }
}
