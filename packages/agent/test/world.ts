import { createHash } from 'node:crypto';
import { isFinal } from '@fettle/model';
import type { PublicKey } from '@fettle/trust';
import { runAgent } from '../src/agent.ts';
import { createReadinessAsker } from '../src/ask-readiness.ts';
import type { Clock } from '../src/clock.ts';
import { parseConfig } from '../src/config.ts';
import type { Config } from '../src/config-schema.ts';
import { readFacts } from '../src/facts.ts';
import { rawSlotInstaller } from '../src/installers/raw-slot.ts';
import { JournalStore } from '../src/journal-store.ts';
import type { Ports } from '../src/kit.ts';
import { createLog } from '../src/log.ts';
import { createDriver, createReleaseOpener, readNativeKeys } from '../src/ports.ts';
import type { RunDemand, Runner, RunResult } from '../src/runner.ts';
import { FakeBoard, type Image, type ProfileName, places } from './fake-board.ts';
import { FakeRepositories } from './fake-repositories.ts';
import { FakeServer } from './fake-server.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { type Random, seeded, seededBytes } from './seeded.ts';

export interface WorldOptions {
  readonly seed?: number;
  readonly profile?: ProfileName;
  readonly config?: Record<string, unknown>;
  /** What the device trusts; plain keys where nothing is said. */
  readonly trust?: 'repositories' | 'first-use';
}

/** How a power-up ended. */
type PowerEnd = 'cut' | 'reboot' | 'settled' | 'stuck';

const never = new Promise<never>(() => undefined);
const imageBytes = 40_000;

const contents = new Map<number, Buffer>();

/** A genuine image; the same counter and behaviour give the same bytes. */
export function image(version: string, counter: number, behaviour: Image['behaviour'] = 'good'): Image {
  const seed = counter * 7 + behaviour.length;
  const bytes = contents.get(seed) ?? seededBytes(seed, imageBytes);
  contents.set(seed, bytes);
  return { version, counter, behaviour, bytes };
}

/** One device with its boot loader, storage, power switch and server: everything the agent touches. */
export class World {
  readonly random: Random;
  readonly disk: FaultyDisk;
  readonly board: FakeBoard;
  readonly server = new FakeServer();
  readonly config: Config;
  readonly old = image('1.0.0', 1);
  readonly next: Image;
  readonly lines: string[] = [];
  nowMs = Date.UTC(2026, 0, 1);
  monotonicMs = 0;
  /** What the reboot command does. */
  rebootCommand: 'works' | 'does-nothing' | 'fails' | 'hangs' = 'works';
  /** What the readiness program prints, or how it ends. */
  readiness: () => Record<string, unknown> | RunResult = () => ({});
  /** How often the readiness program ran. */
  asked = 0;
  /** Overrides what a health check finds; `reset` is a watchdog biting during the check. */
  onCheck: ((count: number) => RunResult | 'reset' | undefined) | undefined;
  checks = 0;
  sleeps = 0;
  /** Runs while the agent waits: for things that happen in the world meanwhile. */
  onSleep: (() => void) | undefined;
  /** Runs before the agent starts, at every power-up. */
  onPowerUp: (() => void) | undefined;
  /** Power-ups so far. */
  powerUps = 0;
  #endPower: (end: PowerEnd) => void = () => undefined;
  #power = 0;
  #stop = new AbortController();

  constructor(options: WorldOptions = {}, next: Image = image('2.0.0', 2)) {
    this.random = seeded(options.seed ?? 1);
    this.disk = new FaultyDisk(this.random);
    this.next = next;
    this.board = new FakeBoard(this.disk, options.profile ?? 'fettle', this.old);
    this.board.images.push(next);
    this.disk.onCut = () => this.cutPower();
    this.config = parseConfig(JSON.stringify(configFor(options)), '/etc/fettle');
    if (options.trust) {
      const repositories = new FakeRepositories(this.nowMs);
      repositories.nowMs = () => repositories.startMs + this.monotonicMs;
      this.server.repositories = repositories;
    }
    this.server.onCheckIn = ({ current }) => this.#judgeCurrent(current.rootfs);
  }

  /** The power goes now; whatever ran hangs for ever. */
  cutPower(): void {
    this.#power++;
    this.disk.crash();
    this.#endPower('cut');
  }

  /** Runs the device until everything is settled, through as many boots as it takes. */
  async run(maxPowerUps = 40): Promise<PowerEnd | 'unbootable'> {
    let end: PowerEnd = 'stuck';
    for (let n = 0; n < maxPowerUps; n++) {
      if (!this.board.boot()) return 'unbootable';
      this.powerUps++;
      end = await this.powerUp('stay');
      if (end === 'settled' || end === 'stuck') return end;
      if (end === 'reboot') this.disk.flush();
      if (end === 'reboot') this.disk.crash();
      this.#power++;
    }
    return 'stuck';
  }

  /** One process of the agent, from its start until something ends it. */
  async powerUp(mode: 'once' | 'stay'): Promise<PowerEnd> {
    this.sleeps = 0;
    this.onPowerUp?.();
    this.#stop = new AbortController();
    const ended = new Promise<PowerEnd>((resolve) => {
      this.#endPower = resolve;
    });
    const power = this.#power;
    const alive = async () => {
      if (power !== this.#power) await never;
    };
    const ran = runAgent(await this.#ports(alive), mode).then((): PowerEnd => 'settled');
    const end = await Promise.race([ran, ended]);
    if (end !== 'settled' && end !== 'stuck') return end;
    this.#stop.abort();
    await ran;
    return end;
  }

  /** Stops the agent's process as a signal would. */
  stop(): void {
    this.#stop.abort();
  }

  /** How far the work has come, by the journal. */
  get stage(): string | undefined {
    return /"stage":"(\w+)"/.exec(this.journal?.toString('utf8') ?? '')?.[1];
  }

  get journal(): Buffer | undefined {
    return this.disk.peek(`${places.state}/journal`);
  }

  async #ports(alive: () => Promise<void>): Promise<Ports> {
    const disk = this.disk.mount();
    const log = createLog(
      (line) => this.lines.push(line),
      () => this.nowMs,
    );
    const boot = await createDriver(disk, this.config.boot);
    const installer = rawSlotInstaller(disk, this.config.components);
    const runner = this.#runner(alive);
    const clock = this.#clock(alive);
    const { config } = this;
    const { signal } = this.#stop;
    const transport = this.server.transport(alive);
    this.#provision();
    return {
      config,
      releases: await createReleaseOpener({ config, disk, transport, clock, log, signal }),
      journal: new JournalStore(disk, this.config.stateDir, log),
      nativeKeys: await readNativeKeys(disk, config.components),
      boot,
      installer,
      transport,
      runner,
      readiness: createReadinessAsker({ config, runner, installer, clock, log, signal }, disk),
      clock,
      random: this.random,
      log,
      readFacts: () => readFacts(disk, this.config, boot),
      signal,
    };
  }

  /** What was put there in the factory. */
  #provision(): void {
    const { repositories, signer } = this.server;
    if (!repositories) {
      this.disk.poke(provisioned.keys, Buffer.from(pemOf(signer.publicKey)));
      return;
    }
    this.disk.poke(provisioned.image, repositories.root('image'));
    this.disk.poke(provisioned.director, repositories.root('director'));
  }

  #clock(alive: () => Promise<void>): Clock {
    return {
      now: () => this.nowMs,
      monotonicMs: () => this.monotonicMs,
      sleep: async (durationMs) => {
        await alive();
        this.nowMs += durationMs;
        this.monotonicMs += durationMs;
        this.sleeps++;
        this.onSleep?.();
        await alive();
        if (this.#isSettled()) this.#endPower('settled');
        else if (this.sleeps > 120) this.#endPower('stuck');
        else return;
        this.#stop.abort();
      },
    };
  }

  #isSettled(): boolean {
    return this.server.deployments.every(({ status }) => isFinal(status)) && !this.#hasReports();
  }

  #hasReports(): boolean {
    const body = this.journal?.toString('utf8') ?? '';
    return body !== '' && !body.includes('"reports":[]');
  }

  #runner(alive: () => Promise<void>): Runner {
    return {
      run: async (demand) => {
        await alive();
        if (demand.command[0] === 'reboot') return this.#reboot();
        return demand.command[0] === 'readiness' ? this.#sayReadiness() : this.#check(demand);
      },
    };
  }

  #sayReadiness(): RunResult {
    this.asked++;
    const said = this.readiness();
    return 'ended' in said ? (said as RunResult) : { ended: 'ok', output: '', stdout: JSON.stringify(said) };
  }

  async #reboot(): Promise<RunResult> {
    if (this.rebootCommand === 'does-nothing') return { ended: 'ok', output: '' };
    if (this.rebootCommand === 'fails') return { ended: 'failed', message: 'ended with exit code 1', output: 'no' };
    if (this.rebootCommand === 'hangs') return { ended: 'timed-out', message: 'did not end', output: '' };
    this.#endPower('reboot');
    return never;
  }

  async #check({ timeoutMs }: RunDemand): Promise<RunResult> {
    this.checks++;
    const override = this.onCheck?.(this.checks);
    if (override === 'reset') {
      this.cutPower();
      return never;
    }
    if (override) return override;
    const behaviour = this.board.running?.image.behaviour;
    if (behaviour === 'health-fails') return { ended: 'failed', message: 'ended with exit code 1', output: 'app down' };
    if (behaviour !== 'health-hangs') return { ended: 'ok', output: '' };
    this.monotonicMs += timeoutMs;
    return { ended: 'timed-out', message: 'did not end within its time', output: '' };
  }

  /** What a device says it runs must be what runs. */
  #judgeCurrent(current: { version: string; sha256: string } | undefined): void {
    const running = this.board.running?.image;
    if (!running || !current) return;
    if (current.version === 'unknown') return;
    const whole = sha256(this.disk.peek(places.slots[this.board.running?.slot ?? 'a']) ?? Buffer.alloc(0));
    const honest = current.sha256 === sha256(running.bytes) || current.sha256 === whole;
    const names = this.board.images.filter(({ bytes }) => bytes.equals(running.bytes)).map(({ version }) => version);
    if (!names.includes(current.version) || !honest) {
      this.server.offences.push(`says it runs ${current.version}, runs ${running.version}`);
    }
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const provisioned = {
  keys: '/etc/fettle/fleet.pem',
  image: '/etc/fettle/image-root.json',
  director: '/etc/fettle/director-root.json',
} as const;

function pemOf({ key }: PublicKey): string {
  return key.export({ format: 'pem', type: 'spki' }).toString();
}

const trustFor = (trust: WorldOptions['trust']) => {
  if (trust === undefined) return { keyFiles: ['fleet.pem'] };
  return trust === 'first-use'
    ? { pinOnFirstUse: true }
    : { roots: { image: 'image-root.json', director: 'director-root.json' } };
};

function configFor({ profile = 'fettle', config = {}, trust }: WorldOptions): Record<string, unknown> {
  return {
    server: 'http://127.0.0.1:1',
    fleet: 'thermostat',
    device: 'dev-1',
    deviceType: 'board-a',
    stateDir: places.state,
    trust: trustFor(trust),
    components: { rootfs: { slots: places.slots } },
    boot: { driver: 'uboot', configFile: places.environmentConfig, profile },
    bootedSlot: { file: places.commandLine },
    bootId: { file: places.bootId },
    reboot: { command: ['reboot'], timeoutSeconds: 60 },
    health: { checks: [{ name: 'app', command: ['app-check'], timeoutSeconds: 5 }] },
    factory: { version: '1.0.0', counter: 1 },
    downloads: { syncBytes: 16_384 },
    ...config,
  };
}
