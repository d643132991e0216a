import { createHash } from 'node:crypto';
import { type DeviceId, deviceId, deviceType, FettleError, fleetId, tenantId } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import { PretendDevice } from './device.ts';
import type { FleetEvent, NewFleetEvent } from './events.ts';
import { sayingOf } from './habits.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import type { Running } from './memory.ts';
import { assignMisbehaviours, type Deed, type MisbehaviourName } from './misbehaviour.ts';
import { defaultOptions, type FleetOptions } from './options.ts';
import { fraction } from './random.ts';
import { readRoots } from './repositories.ts';
import { loadState, saveState } from './state-file.ts';
import { Transport } from './transport.ts';
import { versionOf } from './update.ts';
import type { World } from './world.ts';

/** The fleet at one moment, in numbers. */
export interface FleetStats {
  readonly devices: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly byVersion: Readonly<Record<string, number>>;
  readonly deployments: Readonly<Record<Deed | 'open', number>>;
  /** Devices that have something under way, to tell or about to change. */
  readonly unsettled: number;
  readonly violations: number;
}

/** One device, as tests and pages look at it. */
export interface DeviceGlance {
  readonly id: DeviceId;
  readonly type: string;
  readonly misbehaviour: MisbehaviourName | undefined;
  readonly state: string;
  readonly current: Running;
}

/** Thousands of pretend devices in this process. */
export interface PretendFleet {
  start(): void;
  /** Ends every request, saves the state file and resolves when nothing runs any more. */
  stop(): Promise<void>;
  stats(): FleetStats;
  devices(): readonly DeviceGlance[];
  /** What really happened to every deployment. */
  ledger(): readonly LedgerEntry[];
  /** Promises of the server that devices saw broken; the first thousand. */
  violations(): readonly FleetEvent[];
}

const keptViolations = 1_000;
const saveEveryMs = 10_000;

/**
 * Makes a fleet of pretend devices; nothing goes out before `start`.
 * @throws FettleError `invalid-input`, `invalid-id` for options that make no fleet
 */
export async function createFleet(given: FleetOptions): Promise<PretendFleet> {
  const options: Options = { ...defaultOptions, ...given };
  checkOptions(options);
  const run = new FleetRun(options);
  if (options.stateFile !== undefined) {
    run.fill(await loadState(options.stateFile, { seed: options.seed, fleet: options.fleet }));
  } else run.fill(new Map());
  return run;
}

type Options = Omit<FleetOptions, keyof typeof defaultOptions> & {
  readonly [K in keyof typeof defaultOptions]: NonNullable<FleetOptions[K]>;
};

class FleetRun implements PretendFleet {
  readonly #options: Options;
  readonly #world: World;
  readonly #transport: Transport;
  readonly #ledger = new Ledger();
  readonly #devices: PretendDevice[] = [];
  readonly #timers = new Map<PretendDevice, NodeJS.Timeout>();
  readonly #steps = new Set<Promise<void>>();
  readonly #violations: FleetEvent[] = [];
  readonly #stopping = new AbortController();
  #saveTimer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  #violationCount = 0;

  constructor(options: Options) {
    this.#options = options;
    const { server, sockets, timeoutMs, tenant, seed, claimToken, speed, badReleases, trustKeys } = options;
    const bornAt = options.now();
    this.#transport = new Transport({ server: new URL(server), sockets, timeoutMs });
    this.#world = {
      settings: {
        tenant: tenantId(tenant),
        fleet: fleetId(options.fleet),
        seed,
        claimToken,
        speed,
        badReleases,
        trustKeys: trustKeys.map((pem) => readPublicKey(pem)),
        roots: options.roots && readRoots(options.roots),
      },
      transport: this.#transport,
      ledger: this.#ledger,
      now: options.now,
      lifeNow: () => bornAt + (options.now() - bornAt) * speed,
      emit: (device, event) => this.#emit(device, event),
      wait: (delayMs) => waitOrStop(delayMs, this.#stopping.signal),
    };
  }

  /** Makes the devices, with what they remember of an earlier run. */
  fill(memories: Awaited<ReturnType<typeof loadState>>): void {
    const { devices, idPrefix, types, seed, misbehave } = this.#options;
    const ids = Array.from({ length: devices }, (_, i) => deviceId(`${idPrefix}${String(i + 1).padStart(5, '0')}`));
    const assigned = assignMisbehaviours(seed, ids, misbehave);
    ids.forEach((id, index) => {
      const type = deviceType(types[index % types.length] ?? '');
      const says = sayingOf(this.#options, seed, { id, index });
      const traits = { id, type, misbehaviour: assigned.get(id), factory: this.#factory(type), says };
      this.#devices.push(new PretendDevice(traits, this.#world, memories.get(id)));
    });
  }

  start(): void {
    const { seed, rampMs, stateFile } = this.#options;
    for (const device of this.#devices) this.#schedule(device, fraction(seed, 'start', device.id) * rampMs);
    if (stateFile !== undefined) this.#saveTimer = setInterval(() => this.#save(stateFile), saveEveryMs);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#saveTimer);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#transport.close();
    await Promise.all(this.#steps);
    if (this.#options.stateFile !== undefined) this.#save(this.#options.stateFile);
    await this.#saving;
  }

  stats(): FleetStats {
    const byState: Record<string, number> = {};
    const byVersion: Record<string, number> = {};
    let unsettled = 0;
    for (const device of this.#devices) {
      byState[device.state] = (byState[device.state] ?? 0) + 1;
      const version = versionOf(device.memory.current);
      byVersion[version] = (byVersion[version] ?? 0) + 1;
      if (!device.isSettled) unsettled++;
    }
    const deployments = this.#ledger.deeds();
    const violations = this.#violationCount;
    return { devices: this.#devices.length, byState, byVersion, deployments, unsettled, violations };
  }

  devices(): readonly DeviceGlance[] {
    return this.#devices.map(({ id, type, misbehaviour, state, memory }) => ({
      id: deviceId(id),
      type,
      misbehaviour,
      state,
      current: memory.current,
    }));
  }

  ledger(): readonly LedgerEntry[] {
    return this.#ledger.entries();
  }

  violations(): readonly FleetEvent[] {
    return this.#violations;
  }

  #schedule(device: PretendDevice, delayMs: number): void {
    if (this.#stopping.signal.aborted || delayMs === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => {
      this.#timers.delete(device);
      const step: Promise<void> = this.#step(device).finally(() => this.#steps.delete(step));
      this.#steps.add(step);
    }, delayMs);
    this.#timers.set(device, timer);
  }

  async #step(device: PretendDevice): Promise<void> {
    this.#schedule(device, await device.step());
  }

  #emit(device: string, event: NewFleetEvent): void {
    const whole = { at: this.#world.now(), device, ...event } as FleetEvent;
    // What breaks because the fleet itself hangs up is nobody's fault.
    if (this.#stopping.signal.aborted && event.kind === 'violation') return;
    if (whole.kind === 'violation') {
      this.#violationCount++;
      if (this.#violations.length < keptViolations) this.#violations.push(whole);
    }
    this.#options.onEvent?.(whole);
  }

  #save(file: string): void {
    const { seed, fleet } = this.#options;
    const devices = new Map(this.#devices.map((device) => [device.id, device.memory]));
    this.#saving = this.#saving.then(() => saveState(file, { seed, fleet, devices }));
  }

  #factory(type: string): Running {
    const { factoryVersion, component } = this.#options;
    if (factoryVersion === undefined) return {};
    const sha256 = createHash('sha256').update(`factory image of ${type} ${factoryVersion}`).digest('hex');
    return { [component]: { version: factoryVersion, counter: 0, sha256 } };
  }
}

function checkOptions(options: Options): void {
  const { devices, types, speed, server } = options;
  if (!Number.isInteger(devices) || devices < 1 || devices > 99_999) {
    throw new FettleError('invalid-input', `Expected 1 to 99999 devices, found ${devices}.`);
  }
  if (types.length === 0) throw new FettleError('invalid-input', 'Expected at least one device type, found none.');
  if (!(speed > 0 && speed <= 10_000)) {
    throw new FettleError('invalid-input', `Expected a speed above 0 and up to 10000, found ${speed}.`);
  }
  if (options.roots && options.trustKeys.length > 0) {
    throw new FettleError('invalid-input', 'Expected roots or trust keys, found both. Leave the trust keys out.');
  }
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol)) {
    throw new FettleError('invalid-input', `Expected a server such as http://127.0.0.1:8080, found "${server}".`);
  }
}

function waitOrStop(delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done, { once: true });
  });
}
