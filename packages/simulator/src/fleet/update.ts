import { createHash, type Hash } from 'node:crypto';
import { type Attributes, deviceId, deviceType, type ErrorClass } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { type DeviceTrust, isWorthWaiting, mayPass } from '@fettle/trust';
import type { NewFleetEvent } from './events.ts';
import { examineOffer } from './examine.ts';
import type { DeviceMemory, Running, Update } from './memory.ts';
import type { Deed, MisbehaviourName } from './misbehaviour.ts';
import { reasonsToWait } from './not-ready.ts';
import { fraction } from './random.ts';
import { type ProvisionedRoots, verifyOffer } from './repositories.ts';
import type { World } from './world.ts';

/** The device, as an update needs it. */
export interface UpdateHost {
  readonly id: string;
  readonly type: string;
  readonly world: World;
  readonly memory: DeviceMemory;
  readonly token: string;
  /** Everything that is wrong with the device while it installs this version. */
  wrong(version: string): ReadonlySet<MisbehaviourName>;
  /** A time of the device's life in milliseconds: scaled, a little different every time. */
  takes(usualMs: number): number;
  /** What the device says of itself now. */
  attributes(): Attributes;
  backoff(): number;
  /** What the clock of the device shows. */
  clock(): Date;
  /** What the report numbers of a new deployment begin after. */
  sequenceBefore(): number;
  /** The server no longer takes the token: a new one is due before anything else. */
  dropToken(): void;
  report(
    status: native.ReportMessage['status'],
    more?: { readonly error?: UpdateError; readonly detail?: string },
  ): void;
  emit(event: NewFleetEvent): void;
}

interface UpdateError {
  readonly code: string;
  readonly class: ErrorClass;
  readonly message: string;
}

/** How long things take on a usual device. */
const usualMs = { install: 20_000, boot: 30_000, healthCheck: 15_000, rebootLimit: 300_000, power: 20_000 } as const;
const failedBoots = 3;
const fetchAttempts = 5;

/** One update of one device: what it really does, step by step. */
export class UpdateRun {
  readonly #host: UpdateHost;
  #partial: { readonly index: number; hash: Hash; receivedBytes: number } | undefined;
  #rebootLimitAt: number | undefined;
  #diedOnce = false;
  /** What it trusts of two repositories; a restart of this program begins at the provisioned roots again. */
  #trust: DeviceTrust | undefined;
  /** Updates of it in a row that could not fetch what they need. */
  #unfetched = 0;

  constructor(host: UpdateHost) {
    this.#host = host;
  }

  /** Looks at an offer and takes or refuses it; one that cannot be looked at now stays until the next check-in. */
  async accept(offer: native.OfferMessage, askedAt: number): Promise<void> {
    const { id, type, memory, world } = this.#host;
    const { deployment, version } = offer;
    const { fleet, trustKeys, roots } = world.settings;
    const { 'hardware-revision': revision } = this.#host.attributes();
    const hardwareRevision = typeof revision === 'string' ? revision : null;
    const verified = roots && (await this.#verify(offer, roots, hardwareRevision));
    if (verified?.ok === false && isWorthWaiting(verified.code) && ++this.#unfetched < fetchAttempts) return;
    this.#unfetched = 0;
    const own = { deviceType: deviceType(type), hardwareRevision, current: memory.current, floor: memory.floor };
    const seen = examineOffer(offer, { fleet, trustKeys, opened: verified, ...own });
    const counter = seen.ok ? seen.manifest.counter : 0;
    world.ledger.offered({ device: id, deployment, version, counter, askedAt });
    this.#host.emit({ kind: 'offered', deployment, version, askedAt });
    const securityFloor = verified?.ok ? verified.securityFloor : seen.ok ? seen.manifest.securityFloor : 0;
    const { artifacts, demands = {} } = offer;
    memory.update = { deployment, version, counter, securityFloor, artifacts, demands, stage: 'downloading' };
    memory.sequence = this.#host.sequenceBefore();
    memory.revertIn = null;
    const wrong = this.#host.wrong(version);
    if (wrong.has('silent-after-offer')) this.#goSilent();
    else if (!seen.ok) {
      this.#host.emit({ kind: 'violation', code: seen.code, message: `${deployment}: ${seen.message}` });
      const passes = verified?.ok === false && (verified.code === 'not-assigned' || mayPass(verified.code));
      this.#end('failed', { code: seen.code, class: passes ? 'transient' : 'permanent', message: seen.message });
    } else if (wrong.has('refuses')) this.#fail('failed', 'refused', 'This device refuses every offer.');
    else if (wrong.has('lies-about-version')) this.#lie();
    else this.#host.report('downloading');
  }

  async #verify(offer: native.OfferMessage, roots: ProvisionedRoots, hardwareRevision: string | null) {
    const { id, type, memory, world, token } = this.#host;
    const { fleet, tenant } = world.settings;
    const { current, floor } = memory;
    const own = { id: deviceId(id), type: deviceType(type), hardwareRevision, current, floor };
    const way = { fleet, tenant, token, clock: this.#host.clock().getTime(), transport: world.transport };
    const { found, trust } = await verifyOffer(offer, { ...own, ...way }, { roots, trust: this.#trust });
    this.#trust = trust;
    return found;
  }

  /** Does the next thing. @returns milliseconds until there is more to do */
  async advance(update: Update): Promise<number> {
    switch (update.stage) {
      case 'downloading':
        return await this.#download(update);
      case 'installing':
        return this.#reboot(update);
      case 'rebooting':
        return this.#boot(update);
      case 'checking':
        return this.#check(update);
      case 'going-back':
        this.#host.emit({ kind: 'booted', version: versionOf(this.#host.memory.current) });
        return this.#fail('rolledBack', 'health-failed', 'The health check failed; the old slot runs again.');
    }
  }

  /** Whether the device can do nothing now but check in: a reboot that does not come, or it is not ready to go on. */
  mustWait(update: Update): boolean {
    const { stage, demands = {} } = update;
    if (stage === 'rebooting') return this.#host.world.now() < (this.#rebootLimitAt ?? 0);
    if (stage !== 'downloading' && stage !== 'installing') return false;
    const before = stage === 'downloading' ? 'download' : 'install';
    const waitingFor = reasonsToWait(before, this.#host.attributes(), demands).join(', ');
    if (waitingFor !== '' && waitingFor !== update.waitingFor) {
      this.#host.report(stage, { detail: `waiting: ${waitingFor}` });
    }
    update.waitingFor = waitingFor;
    return waitingFor !== '';
  }

  /** The server wants the deployment given up. */
  abort(deployment: string): void {
    const { id, memory, world } = this.#host;
    const { update } = memory;
    if (update?.deployment === deployment) {
      const obeyed = update.stage === 'downloading' || update.stage === 'installing';
      this.#host.emit({ kind: 'told-to-abort', deployment, obeyed });
      if (obeyed) this.#end('aborted');
    } else if (!update && deployment !== memory.lastDeployment) {
      // The offer was lost on its way: the device says so, or the deployment would stay open until its deadline.
      world.ledger.offered({ device: id, deployment, version: '', counter: 0, askedAt: world.now() });
      this.#host.emit({ kind: 'told-to-abort', deployment, obeyed: true });
      memory.update = { deployment, version: '', counter: 0, securityFloor: 0, artifacts: [], stage: 'downloading' };
      memory.sequence = this.#host.sequenceBefore();
      this.#end('aborted');
    }
  }

  async #download(update: Update): Promise<number> {
    const index = this.#partial?.index ?? 0;
    const artifact = update.artifacts[index];
    if (!artifact) throw new Error('An offer without artifacts was accepted.');
    this.#partial ??= { index, hash: createHash('sha256'), receivedBytes: 0 };
    const partial = this.#partial;
    const end = await this.#read(update, artifact, partial);
    // Meanwhile the server may have aborted, or the fleet may have stopped.
    if (this.#host.memory.update !== update) return 0;
    if (end.kind === 'stopped' && partial.receivedBytes <= artifact.sizeBytes) return this.#host.takes(usualMs.power);
    if (end.kind === 'unreachable') return this.#host.backoff();
    if (end.kind === 'answer' && end.status === 401) this.#host.dropToken();
    if (end.kind === 'answer' && (end.status >= 500 || end.status === 401 || end.status === 429)) {
      return Math.max(end.retryAfterMs, this.#host.backoff());
    }
    if (end.kind === 'answer') {
      return this.#fail(
        'failed',
        'download-refused',
        `The server answered ${end.status} to a download it had offered.`,
      );
    }
    const found = partial.hash.digest('hex');
    if (found !== artifact.sha256 || partial.receivedBytes !== artifact.sizeBytes) {
      const message = `Expected ${artifact.sizeBytes} bytes ${artifact.sha256}, found ${partial.receivedBytes} bytes ${found}.`;
      this.#host.emit({ kind: 'violation', code: 'digest-mismatch', message });
      return this.#fail('failed', 'digest-mismatch', message);
    }
    if (index + 1 < update.artifacts.length) {
      this.#partial = { index: index + 1, hash: createHash('sha256'), receivedBytes: 0 };
      return 0;
    }
    this.#partial = undefined;
    update.stage = 'installing';
    this.#host.report('installing');
    return this.#host.takes(usualMs.install);
  }

  #read(
    update: Update,
    artifact: Update['artifacts'][number],
    partial: { hash: Hash; receivedBytes: number },
  ): ReturnType<World['transport']['download']> {
    const { id, world, token } = this.#host;
    const wrong = this.#host.wrong(update.version);
    const diesAt = wrong.has('dies-at-byte') && !this.#diedOnce;
    const deathByte = diesAt
      ? Math.floor(fraction(world.settings.seed, 'death', id, artifact.sha256) * artifact.sizeBytes)
      : -1;
    const reader = {
      restart: () => {
        partial.hash = createHash('sha256');
        partial.receivedBytes = 0;
      },
      take: async (chunk: Uint8Array) => {
        if (diesAt && partial.receivedBytes + chunk.length > deathByte) {
          const rest = chunk.subarray(0, deathByte - partial.receivedBytes);
          partial.hash.update(rest);
          partial.receivedBytes += rest.length;
          this.#diedOnce = true;
          return false;
        }
        partial.hash.update(chunk);
        partial.receivedBytes += chunk.length;
        if (wrong.has('slow')) await world.wait(this.#host.takes(100));
        return partial.receivedBytes <= artifact.sizeBytes;
      },
    };
    return world.transport.download(artifact.url, reader, {
      token,
      from: partial.receivedBytes,
      digest: artifact.sha256,
    });
  }

  #reboot(update: Update): number {
    const wrong = this.#host.wrong(update.version);
    update.stage = 'rebooting';
    this.#host.report('rebooting');
    if (wrong.has('never-reboots')) {
      const limit = this.#host.takes(usualMs.rebootLimit);
      this.#rebootLimitAt = this.#host.world.now() + limit;
      return this.#host.takes(usualMs.boot);
    }
    return this.#host.takes(usualMs.boot * (wrong.has('boot-fails') ? failedBoots : 1));
  }

  #boot(update: Update): number {
    const wrong = this.#host.wrong(update.version);
    if (wrong.has('never-reboots')) {
      // A second try may find the device in a better mood.
      const message = 'The device did not reboot within its time limit.';
      this.#end('failed', { code: 'reboot-failed', class: 'transient', message });
      return 0;
    }
    if (wrong.has('boot-fails')) {
      this.#host.emit({ kind: 'booted', version: versionOf(this.#host.memory.current) });
      return this.#fail('rolledBack', 'boot-failed', `The new slot did not start in ${failedBoots} tries.`);
    }
    this.#host.emit({ kind: 'booted', version: update.version });
    update.stage = 'checking';
    this.#host.report('checking');
    return this.#host.takes(usualMs.healthCheck);
  }

  #check(update: Update): number {
    const { memory } = this.#host;
    const wrong = this.#host.wrong(update.version);
    if (wrong.has('fails-health')) {
      update.stage = 'going-back';
      return this.#host.takes(usualMs.boot);
    }
    memory.previous = memory.current;
    const { version, counter } = update;
    const committed = update.artifacts.map(({ component, sha256 }) => [component, { version, counter, sha256 }]);
    memory.current = { ...memory.current, ...Object.fromEntries(committed) };
    memory.floor = Math.max(memory.floor, update.securityFloor);
    if (wrong.has('reverts-later')) memory.revertIn = checkInsBeforeRevert;
    this.#end('succeeded');
    return 0;
  }

  #goSilent(): void {
    const { memory } = this.#host;
    memory.silent = true;
    this.#close('nothing');
  }

  #lie(): void {
    for (const status of ['downloading', 'installing', 'rebooting', 'checking', 'succeeded'] as const)
      this.#host.report(status);
    this.#close('rolledBack');
  }

  #fail(deed: 'failed' | 'rolledBack', code: string, message: string): number {
    this.#end(deed, { code, class: 'permanent', message });
    return 0;
  }

  #end(deed: Exclude<Deed, 'nothing'>, error?: UpdateError): void {
    this.#host.report(deed, error && { error });
    this.#close(deed);
  }

  #close(deed: Deed): void {
    const { memory, world } = this.#host;
    const { update } = memory;
    if (!update) return;
    world.ledger.did(update.deployment, deed);
    this.#host.emit({ kind: 'ended', deployment: update.deployment, version: update.version, deed });
    memory.lastDeployment = update.deployment;
    memory.update = null;
    this.#partial = undefined;
    this.#rebootLimitAt = undefined;
    this.#diedOnce = false;
  }
}

const checkInsBeforeRevert = 3;

/** The newest version among the components. */
export function versionOf(current: Running): string {
  const newest = Object.values(current).reduce((best, one) => (one.counter >= best.counter ? one : best), {
    version: 'none',
    counter: -1,
    sha256: '',
  });
  return newest.version;
}
