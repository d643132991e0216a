import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { generateKeyPem, signerFromPem } from '@fettle/trust';
import { Bench, type UpdateTimes } from './power-cuts/bench.ts';
import { makeImages, type PreparedImage } from './power-cuts/images.ts';
import { PretendServer } from './power-cuts/pretend-server.ts';
import { tally } from './power-cuts/random.ts';
import { offerOf } from './power-cuts/releases.ts';

// Real agent processes on virtual boards, killed at any moment of real updates. SIGKILL takes the process, not the
// page cache: writes that were not synced yet survive here. Lost, torn and reordered writes are the business of the
// agent's own scenario table, which runs it over a disk that loses them.

const seed = Number(process.env.FETTLE_SEED ?? 20_260);
const boardCount = 4;
const cutsPerBoard = 50;

const root = mkdtempSync(join(tmpdir(), 'fettle-cuts-'));
const benches = new Map<string, Bench>();
let server: PretendServer | undefined;
after(async () => {
  for (const { board } of benches.values()) await board.cutPower();
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

test('200 power cuts at random moments of real updates: always bootable, never a wrong image, never a false report', {
  timeout: 400_000,
}, async (t) => {
  const images = makeImages(root, seed);
  const keys = generateKeyPem();
  server = openServer(images, keys.privateKeyPem);
  const url = await server.listen();
  for (let index = 0; index < boardCount; index++) {
    const options = { root, images, url, publicKeyPem: keys.publicKeyPem, seed: seed + index };
    benches.set(`board-${index}`, new Bench(`board-${index}`, options));
  }
  const all = [...benches.values()];
  const begin = performance.now();

  // Whole updates without a cut say how long the moments have to be spread. The first ones fill the compiler's cache.
  for (const bench of all) await bench.measureUpdate();
  const times = await Promise.all(all.map((bench) => bench.measureUpdate()));
  const toRebootMs = Math.min(...times.map((time) => time.toRebootMs));
  const toReportMs = Math.min(...times.map((time) => time.toReportMs));
  const stages: string[] = [];
  const plan = { toRebootMs, toReportMs, stages };
  const ends = await Promise.allSettled(all.map((bench) => cutAgainAndAgain(bench, plan)));

  const tookMs = performance.now() - begin;
  const [first, whole, took] = [toRebootMs, toReportMs, tookMs].map(Math.round);
  t.diagnostic(`${stages.length} cuts in ${took} ms, spread over ${first} and ${whole} ms (FETTLE_SEED=${seed})`);
  t.diagnostic(`where the cuts hit: ${tally(stages)}`);
  t.diagnostic(`how the updates ended: ${tally(all.flatMap((bench) => bench.truth.endings()))}`);
  assert.deepEqual(
    all.flatMap((bench) => bench.truth.violations),
    [],
  );
  assert.deepEqual(server.faults, []);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  assert.equal(stages.length, boardCount * cutsPerBoard);
});

interface CutPlan extends UpdateTimes {
  /** Where each cut hit, for the record. */
  readonly stages: string[];
}

/** Cuts the power of one board at seeded moments, then lets it finish and takes it through one more release. */
async function cutAgainAndAgain(bench: Bench, { toRebootMs, toReportMs, stages }: CutPlan): Promise<void> {
  bench.next = () => bench.anyImage();
  for (let cut = 0; cut < cutsPerBoard && bench.truth.violations.length === 0; cut++) {
    const spoken = bench.spokenBytes();
    bench.board.powerOn();
    // Starting Node takes longer than much of an update. So that most cuts do not just hit that, the clock mostly runs
    // from the agent's first word, and every other cut falls into what comes before the reboot.
    if (cut % 5 > 0) await bench.until(() => bench.spokenBytes() > spoken);
    await wait(bench.random() * (cut % 2 === 0 ? toRebootMs : toReportMs));
    await bench.board.cutPower();
    stages.push(bench.stageOnDisk());
    bench.truth.inspect(bench.board);
  }
  bench.next = () => undefined;
  bench.board.powerOn();
  await bench.until(() => bench.truth.isFinished(bench.lastDeployment));
  await bench.update();
}

function openServer(images: readonly PreparedImage[], privateKeyPem: string): PretendServer {
  const signer = signerFromPem(privateKeyPem);
  const bytes = new Map(images.map((image) => [image.digest, image.bytes]));
  let counter = 0;
  return new PretendServer({
    bytesOf: (digest) => bytes.get(digest),
    checkedIn: (device, request) => benches.get(device)?.truth.checkedIn(request),
    reported: (device, report) => benches.get(device)?.truth.reported(report),
    async offerFor(device) {
      const bench = benches.get(device);
      const image = bench?.next();
      if (!bench || !image) return undefined;
      counter++;
      const offer = await offerOf(image, counter, signer);
      bench.lastDeployment = offer.deployment;
      bench.truth.offered(offer.deployment, image);
      return offer;
    },
  });
}
