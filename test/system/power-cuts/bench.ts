import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Board, createBoard } from '@fettle/simulator';
import type { PreparedImage } from './images.ts';
import { pick, randomFrom } from './random.ts';
import { audience } from './releases.ts';
import { Truth } from './truth.ts';

const settleMs = 60_000;
const agentMain = join(import.meta.dirname, '../../../packages/agent/src/main.ts');

export interface BenchOptions {
  /** Folder of the whole test; each board gets one inside. */
  readonly root: string;
  readonly images: readonly PreparedImage[];
  readonly url: string;
  readonly publicKeyPem: string;
  readonly seed: number;
}

export interface UpdateTimes {
  /** Until the new slot is activated: download, verification. */
  readonly toRebootMs: number;
  /** Until the new slot is committed and that is reported. */
  readonly toReportMs: number;
}

/** One board on the test bench, with what is asked of it and what is known about it. */
export class Bench {
  readonly board: Board;
  readonly truth: Truth;
  readonly random: () => number;
  readonly #images: readonly PreparedImage[];
  readonly #journal: string;
  /** What the next check-in of an idle device gets. */
  next: () => PreparedImage | undefined = () => undefined;
  lastDeployment = '';

  constructor(device: string, { root, images, url, publicKeyPem, seed }: BenchOptions) {
    const [factory] = images;
    if (!factory) throw new Error('there is no image');
    const truth = new Truth(factory);
    this.board = createBoard({
      dir: join(root, device),
      // Hundreds of starts of the same program: what was compiled once is kept.
      agentCommand: ['/usr/bin/env', `NODE_COMPILE_CACHE=${join(root, 'compiled')}`, process.execPath, agentMain],
      server: url,
      ...audience,
      device,
      trustKeyPem: publicKeyPem,
      slotSizeBytes: 1_310_720,
      factoryImage: factory.file,
      catalogue: images,
      timings: { bootMs: 5, watchdogMs: 50, restartMs: 20 },
      agentConfig: {
        checkIn: { minSeconds: 0.05, maxSeconds: 2 },
        downloads: { timeoutSeconds: 5, attempts: 20, syncBytes: 131_072 },
      },
      onEvent: (event) => truth.happened(event),
    });
    truth.watch(this.board);
    this.truth = truth;
    this.random = randomFrom(seed);
    this.#images = images;
    this.#journal = join(root, device, 'state/journal');
  }

  /** Offers one good image and waits until the device has committed it and said so. */
  async update(): Promise<void> {
    const image = this.otherGoodImage();
    const before = this.lastDeployment;
    this.next = () => (this.lastDeployment === before ? image : undefined);
    if (this.board.state === 'off') this.board.powerOn();
    await this.until(() => this.lastDeployment !== before && this.truth.isFinished(this.lastDeployment));
    assert.equal(this.truth.outcomes.get(this.lastDeployment)?.status, 'succeeded', this.board.agentLogTail());
    assert.equal(this.board.runningDigest, image.digest);
    assert.equal(this.board.readEnvironment()?.get('upgrade_available'), '0');
  }

  /** One update without a cut, timed from the agent's first word; the board is off after it. */
  async measureUpdate(): Promise<UpdateTimes> {
    const spoken = this.spokenBytes();
    const rebootsBefore = this.#reboots();
    const done = this.update();
    await this.until(() => this.spokenBytes() > spoken);
    const begin = performance.now();
    await this.until(() => this.#reboots() > rebootsBefore);
    const toRebootMs = performance.now() - begin;
    await done;
    const toReportMs = performance.now() - begin;
    await this.board.cutPower();
    return { toRebootMs, toReportMs };
  }

  #reboots(): number {
    return this.board.history.filter((event) => event.kind === 'reboot-requested').length;
  }

  /** How much the agent has logged: it grows as soon as a new process is up. */
  spokenBytes(): number {
    return statSync(this.board.files.agentLog, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The stage of the agent's work when the power went, as its journal remembers it. */
  stageOnDisk(): string {
    const journal = readFileSync(this.#journal, 'utf8');
    const body = JSON.parse(journal.slice(journal.indexOf('\n') + 1)) as { work: { stage: string } | null };
    return body.work?.stage ?? 'no work';
  }

  /** Three of five updates bring a good image, the others one of the bad ones. */
  anyImage(): PreparedImage {
    if (this.random() < 0.6) return this.otherGoodImage();
    const bad = this.#images.filter((image) => image.behaviour !== 'good');
    return pick(bad, this.random);
  }

  otherGoodImage(): PreparedImage {
    const { committed } = this.truth;
    const good = this.#images.filter((image) => image.behaviour === 'good' && image.digest !== committed.digest);
    return pick(good, this.random);
  }

  /** Waits for a condition; gives up when something that must never happen has happened. */
  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + settleMs;
    while (!condition()) {
      const { board, truth } = this;
      if (performance.now() > deadline || truth.violations.length > 0) {
        const events = JSON.stringify(board.history.slice(-12));
        throw new Error(`${board.device} did not settle: ${truth.violations}\n${events}\n${board.agentLogTail(8_000)}`);
      }
      await wait(10);
    }
  }
}
