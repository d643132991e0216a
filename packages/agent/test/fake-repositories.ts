import type { Manifest, Repository } from '@fettle/model';
import {
  encodeTargetCustom,
  openTargetCustom,
  type Signer,
  signTime,
  type TargetFile,
  targetsOfManifest,
} from '@fettle/trust';
import { delegationOf, delegations, TestRepository, testSigners } from '@fettle/trust/testing';
import type { MetadataDemand } from '../src/transports/transport.ts';

export interface ReleaseOptions {
  /** The floor that the fleet's role says besides. */
  readonly floor?: number;
  readonly nativeSignature?: string;
}

/** Both repositories of a fleet as a server holds them, with everybody's keys: what is stolen is used from outside. */
export class FakeRepositories {
  readonly image = new TestRepository();
  readonly director = new TestRepository();
  readonly fleetSigners: readonly Signer[] = testSigners(2);
  readonly startMs: number;
  /** Time on the server's clock; whoever tells lies about it changes this. */
  nowMs: () => number;
  /** Answers in place of the right one; undefined leaves it. An error is a connection that breaks. */
  tamper: (demand: MetadataDemand) => Uint8Array | 'absent' | Error | undefined = () => undefined;
  /** The answer to a nonce, whatever the clock says. */
  answerTime: ((nonce: string) => Promise<Uint8Array | undefined>) | undefined;
  /** What was asked for, and how many bytes were given. */
  readonly fetched: string[] = [];
  #begun = false;

  constructor(startMs: number) {
    this.startMs = startMs;
    this.nowMs = () => startMs;
    this.image.now = startMs;
    this.director.now = startMs;
  }

  /** What a device is provisioned with. */
  root(repository: Repository): Uint8Array {
    return this[repository].file('1.root.json');
  }

  async begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    await this.image.publishRoot();
    const thermostat = delegationOf('thermostat', this.fleetSigners, { threshold: 2 });
    await this.image.publishTargets('targets', delegations([thermostat, this.fleetSigners]));
    await this.director.publishRoot();
  }

  /** Publishes a release to its fleet's role, and assigns its artifacts to the one device. */
  async publish(
    manifest: Manifest,
    about: { readonly device: string; readonly deployment: string },
    options: ReleaseOptions = {},
  ): Promise<void> {
    this.image.now = this.nowMs();
    this.director.now = this.nowMs();
    const named = [...targetsOfManifest(manifest)].map(([path, target]): [string, TargetFile] => [
      path,
      withNative(target, options.nativeSignature),
    ]);
    const targets = new Map([...(this.image.targets.get('thermostat')?.targets ?? []), ...named]);
    const place = `${manifest.artifacts[0]?.component}/${manifest.artifacts[0]?.deviceType}`;
    const floors = new Map(options.floor === undefined ? [] : [[place, options.floor]]);
    await this.image.publishTargets('thermostat', { targets, floors }, this.fleetSigners);
    await this.image.publish();
    await this.assign(new Map(named.map(([path, target]) => [path, assigned(target, about.deployment)])), about.device);
  }

  /** What the director says from now on. */
  async assign(targets: ReadonlyMap<string, TargetFile>, device: string): Promise<void> {
    await this.director.publishTargets('targets', { targets, device: device as never });
    await this.director.publish();
  }

  async fetch(demand: MetadataDemand): Promise<Uint8Array | 'absent'> {
    this.fetched.push(`${demand.repository}/${demand.name}`);
    const instead = this.tamper(demand);
    if (instead instanceof Error) throw instead;
    const bytes = instead ?? this[demand.repository].files.get(demand.name) ?? 'absent';
    return bytes === 'absent' ? bytes : bytes.subarray(0, demand.maxBytes + 1);
  }

  async time(nonce: string): Promise<Uint8Array | undefined> {
    if (this.answerTime) return this.answerTime(nonce);
    return signTime(nonce, this.nowMs(), this.director.time);
  }
}

/** The same target as a director lists it. */
export function assigned(target: TargetFile, deployment: string): TargetFile {
  const { match } = customOf(target);
  const assign = {
    componentSerial: match.component,
    deployment,
    rollout: undefined,
    deltaFrom: undefined,
    url: undefined,
  };
  return { ...target, custom: encodeTargetCustom({ match, assign, info: undefined, release: undefined }) };
}

function withNative(target: TargetFile, nativeSignature: string | undefined): TargetFile {
  const custom = customOf(target);
  return { ...target, custom: encodeTargetCustom({ ...custom, match: { ...custom.match, nativeSignature } }) };
}

function customOf({ custom }: TargetFile) {
  const opened = openTargetCustom(custom);
  if (!opened.ok) throw new Error(opened.message);
  return opened.custom;
}
