import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RolloutPlanView } from '@fettle/api';
import { fleetId, type Manifest } from '@fettle/model';
import {
  type Board,
  createBoard,
  createFleet,
  type FleetEvent,
  type MisbehaviourShares,
  type PretendFleet,
} from '@fettle/simulator';
import { targetsOfManifest } from '@fettle/trust';
import { type Ceremony, newSigners } from '../../../packages/control/test/ceremony.ts';
import { startTestServer, type TestServer, until } from '../api-support.ts';
import { artifactOf, imageOf, sha256Of } from '../crash/workshop.ts';
import { officersOf, onlineKeysOf, publishStaged } from '../trust/officers-online.ts';
import { Forger, fleet } from './forger.ts';
import { HostileProxy } from './hostile-proxy.ts';
import { stealKeys } from './stolen-keys.ts';

const types = ['board-a', 'board-b'];
const agentMain = new URL('../../../packages/agent/src/main.ts', import.meta.url).pathname;
const imageBytes = 2_000;
const everybodyAtOnce: RolloutPlanView = {
  phases: [
    {
      name: 'all',
      size: { share: 1 },
      maxInFlight: 10_000,
      failureThreshold: { count: 100_000 },
      successShare: 0.01,
      minSoakMs: 0,
      promote: 'automatic',
    },
  ],
  onFail: 'pause',
  maxAttempts: 1,
  retryBackoffMs: 0,
};

export interface StageOptions {
  readonly simulated: number;
  readonly boards: number;
  /** How the simulated devices misbehave, by share. */
  readonly misbehave?: MisbehaviourShares;
}

/** A real server that the attacker owns, officers who still hold their keys, and a fleet that only reaches the attacker. */
export class Stage implements AsyncDisposable {
  readonly server: TestServer;
  readonly officers: Ceremony;
  readonly proxy: HostileProxy;
  readonly boards: Board[] = [];
  readonly events: FleetEvent[] = [];
  readonly #folder: string;
  /** By digest, of images that boards can boot. */
  readonly #versions = new Map<string, string>();
  readonly #options: StageOptions;
  #fleet: PretendFleet | undefined;
  #former: Ceremony['rootOfficers'] = [];

  constructor(parts: { server: TestServer; officers: Ceremony; folder: string; options: StageOptions }) {
    this.server = parts.server;
    this.officers = parts.officers;
    this.#folder = parts.folder;
    this.#options = parts.options;
    this.proxy = new HostileProxy(parts.server.url, () => this.forger());
  }

  get everybody(): number {
    return this.#options.simulated + this.#options.boards;
  }

  get simulated(): PretendFleet {
    if (!this.#fleet) throw new Error('The fleet was not begun.');
    return this.#fleet;
  }

  /** The attacker: everything on the server's disk, and the keys of the signer process. */
  forger(): Forger {
    const keys = stealKeys(this.server.dataDir);
    return new Forger(this.server.url, keys, { officers: this.officers, formerOfficers: this.#former });
  }

  /** Starts all devices, provisioned with the roots of today. */
  async bringDevices(versions: readonly string[]): Promise<void> {
    await this.proxy.listen();
    const { client } = this.server;
    const root = async (repository: 'image' | 'director') =>
      (await client.trustMetadata({ repository, name: 'root.json' })).text;
    const roots = { image: await root('image'), director: await root('director') };
    const { token: claimToken } = await client.createClaimToken({ fleet, name: 'factory', uses: this.everybody });
    const common = { server: this.proxy.url, fleet, claimToken, roots };
    this.#fleet = await createFleet({
      ...common,
      devices: this.#options.simulated,
      types: ['board-a'],
      factoryVersion: '0.9.0',
      misbehave: this.#options.misbehave ?? {},
      speed: 30,
      rampMs: 1_000,
      onEvent: (event) => this.events.push(event),
    });
    this.#fleet.start();
    const factoryImage = join(this.#folder, 'factory.img');
    await writeFile(factoryImage, imageOf('0.9.0', 'board-a', imageBytes));
    const catalogue = ['0.9.0', ...versions].map((version) => {
      const bytes = imageOf(version, 'board-a', imageBytes);
      this.#versions.set(sha256Of(bytes), version);
      return { digest: sha256Of(bytes), sizeBytes: bytes.length, behaviour: 'good' as const };
    });
    for (let index = 1; index <= this.#options.boards; index++) {
      const board = createBoard({
        ...common,
        dir: join(this.#folder, `agent-${index}`),
        agentCommand: [process.execPath, '--disable-warning=ExperimentalWarning', agentMain],
        device: `agent-${index}`,
        deviceType: 'board-a',
        slotSizeBytes: 65_536,
        factoryImage,
        catalogue,
        agentConfig: { factory: { version: '0.9.0', counter: 0 }, checkIn: { minSeconds: 1, maxSeconds: 1 } },
      });
      this.boards.push(board);
      board.powerOn();
    }
  }

  /** Uploads an image for each type, has the fleet's key sign it, and publishes it. */
  async release(version: string, changes: Partial<Manifest> = {}, of = fleet): Promise<void> {
    const { client } = this.server;
    const manifest = await this.#prepare(version, changes, of);
    const floor = Math.max(manifest.securityFloor, this.officers.floors.get('rootfs/board-a') ?? 0);
    this.officers.floors = new Map(floor === 0 ? [] : types.map((type) => [`rootfs/${type}`, floor]));
    await client.publishRelease({ fleet: of, targets: await this.officers.release(manifest) });
    this.officers.stands(`image ${of}`);
    const listed = this.officers.listed.get(of) ?? new Map();
    this.officers.listed.set(of, new Map([...listed, ...targetsOfManifest(manifest)]));
  }

  /** The next file of the fleet with one release more, signed by others; its images are uploaded, nothing is published. */
  async signRelease(version: string, signers: Ceremony['rootOfficers']): Promise<string> {
    return await this.officers.release(await this.#prepare(version, {}, fleet), {}, signers);
  }

  async #prepare(version: string, changes: Partial<Manifest>, of: string): Promise<Manifest> {
    const { client } = this.server;
    const artifacts = [];
    for (const type of types) {
      const bytes = imageOf(version, type, imageBytes);
      const sha256 = sha256Of(bytes);
      const open = async function* (offset: number) {
        yield bytes.subarray(offset);
      };
      await client.upload({ sha256, sizeBytes: bytes.length, open });
      artifacts.push(artifactOf(type, sha256, bytes.length));
    }
    const { counter } = await client.nextCounter({ fleet: of });
    const facts = { securityFloor: 0, allowDowngrade: false, mustPassThrough: false, requires: [], notes: '' };
    return { fleet: fleetId(of), version, counter, ...facts, artifacts, ...changes };
  }

  /** Offers a release to everybody, and waits until each device has ended its deployment somehow. */
  async rollOut(version: string, limitMs = 120_000): Promise<{ readonly succeeded: number; readonly failed: number }> {
    const { client } = this.server;
    const { id: rollout } = await client.createRollout({
      fleet,
      version,
      group: 'all',
      plan: everybodyAtOnce,
      start: true,
      reason: 'test',
    });
    const counts = await until(
      async () => {
        const [phase] = (await client.getRollout({ rollout })).phases;
        const { succeeded = 0, failed = 0, open = 0 } = phase?.counts ?? {};
        return succeeded + failed >= this.everybody && open === 0 ? { succeeded, failed } : undefined;
      },
      `${this.everybody} devices that end ${version}`,
      limitMs,
    );
    const { status } = await client.getRollout({ rollout });
    if (status === 'running' || status === 'paused') await client.abortRollout({ rollout, reason: 'it is over' });
    return counts;
  }

  /** How many of the last deployments, one of each device, ended with this code in the audit list. */
  async refusalsInAudit(code: string): Promise<number> {
    const { client } = this.server;
    let [ended, refused] = [0, 0];
    for await (const { verb, reason } of client.all('listAudit', { fleet, limit: 500 })) {
      if (verb !== 'deployment.ended') continue;
      if (reason.includes(`: failed (${code}: `)) refused += 1;
      ended += 1;
      if (ended === this.everybody) break;
    }
    return refused;
  }

  /** What really runs, by version; images of attackers have none. */
  running(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = { ...this.simulated.stats().byVersion };
    for (const { runningDigest } of this.boards) {
      const version = this.#versions.get(runningDigest ?? '') ?? 'another image';
      counts[version] = (counts[version] ?? 0) + 1;
    }
    return counts;
  }

  /** New officers hold the image repository's root; the former ones' keys are taken to be stolen. */
  async rotateRoot(): Promise<void> {
    const { client } = this.server;
    this.#former = this.officers.rootOfficers;
    this.officers.rootOfficers = newSigners(3);
    const both = [...this.#former.slice(0, 2), ...this.officers.rootOfficers.slice(0, 2)];
    await publishStaged(client, await this.officers.imageRoot(await onlineKeysOf(client), {}, both), true);
    this.officers.stands('image root');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const board of this.boards) await board.stop();
    await this.#fleet?.stop();
    await this.proxy[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A server with both repositories and two fleets, before any device. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-attacks-'));
  const server = await startTestServer({ 'load.eventLoopDelayMs': 0 });
  const { client } = server;
  for (const id of [fleet, 'kettle']) await client.createFleet({ id, deviceTypes: types, checkInIntervalMs: 30_000 });
  const officers = await officersOf(client, [fleet, 'kettle']);
  return new Stage({ server, officers, folder, options });
}
