import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient, type RolloutPlanView, type RolloutView } from '@fettle/api';
import {
  componentName,
  deviceType,
  digest,
  FettleError,
  fleetId,
  type Manifest,
  type ReleaseArtifact,
} from '@fettle/model';
import {
  encodeManifest,
  generateKeyPem,
  manifestPayloadType,
  type Signer,
  signEnvelope,
  signerFromPem,
} from '@fettle/trust';

export const fleet = 'thermostat';
const patienceMs = 120_000;

/** An operator who publishes and rolls out, and who simply tries again while the server is away. */
export class Workshop {
  readonly client: Client;
  readonly publicKeyPem: string;
  readonly token: string;
  readonly #signer: Signer;
  claimToken = '';

  constructor(server: string, token: string) {
    this.token = token;
    this.client = createClient({ server, token, timeoutMs: 5_000 });
    const pair = generateKeyPem();
    this.publicKeyPem = pair.publicKeyPem;
    this.#signer = signerFromPem(pair.privateKeyPem);
  }

  async open(deviceTypes: string[], checkInIntervalMs: number): Promise<void> {
    await this.client.createFleet({ id: fleet, deviceTypes, checkInIntervalMs });
    await this.client.addFleetKey({ fleet, name: 'release', publicKeyPem: this.publicKeyPem });
    const made = await this.client.createClaimToken({ fleet, name: 'factory', uses: 1_000_000 });
    this.claimToken = made.token;
  }

  /** Uploads one image a device type, made from the version, and publishes the signed release. */
  async publish(version: string, deviceTypes: readonly string[], changes: Partial<Manifest> = {}): Promise<number> {
    const artifacts: ReleaseArtifact[] = [];
    for (const type of deviceTypes) {
      const bytes = imageOf(version, type);
      const sha256 = sha256Of(bytes);
      await this.persist(() =>
        this.client.upload({
          sha256,
          sizeBytes: bytes.length,
          open: async function* (offset) {
            yield bytes.subarray(offset);
          },
          wait: async () => void (await delay(50)),
          maxBreaks: 100,
        }),
      );
      artifacts.push(artifactOf(type, sha256, bytes.length));
    }
    return await this.publishArtifacts(version, artifacts, changes);
  }

  /** @returns the release counter */
  async publishArtifacts(
    version: string,
    artifacts: readonly ReleaseArtifact[],
    changes: Partial<Manifest> = {},
  ): Promise<number> {
    const { counter } = await this.persist(() => this.client.nextCounter({ fleet }));
    const manifest: Manifest = {
      fleet: fleetId(fleet),
      version,
      counter,
      securityFloor: 0,
      allowDowngrade: false,
      mustPassThrough: false,
      requires: [],
      artifacts,
      notes: '',
      ...changes,
    };
    const signed = await signEnvelope(manifestPayloadType, encodeManifest(manifest), [this.#signer]);
    const envelope = JSON.stringify(signed);
    await this.persist(() => this.client.publishRelease({ fleet, envelope }));
    return counter;
  }

  /** Starts a rollout to everybody; when the answer is lost, looks whether it had begun. */
  async rollOut(version: string, plan: RolloutPlanView): Promise<RolloutView> {
    return await this.persist(async () => {
      for await (const rollout of this.client.all('listRollouts', { fleet })) {
        if (rollout.release.version === version && rollout.status !== 'aborted') return rollout;
      }
      return await this.client.createRollout({ fleet, version, group: 'all', plan, start: true, reason: 'test' });
    });
  }

  /** Aborts a rollout. @returns when the server had answered */
  async abort(id: string): Promise<number> {
    return await this.persist(async () => {
      try {
        await this.client.abortRollout({ rollout: id, reason: 'test' });
      } catch (error) {
        // An earlier answer may have been lost, or the gate was faster.
        if (!(error instanceof FettleError) || error.code !== 'wrong-state') throw error;
        await this.client.getRollout({ rollout: id });
      }
      return Date.now();
    });
  }

  async rollout(id: string): Promise<RolloutView> {
    return await this.persist(() => this.client.getRollout({ rollout: id }));
  }

  /** Repeats a call while the server is away. */
  async persist<T>(call: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof FettleError) || !error.retryable || Date.now() > deadline) throw error;
        await delay(30);
      }
    }
  }
}

export function artifactOf(type: string, sha256: string, sizeBytes: number): ReleaseArtifact {
  return {
    deviceType: deviceType(type),
    component: componentName('rootfs'),
    kind: 'image',
    digest: digest(sha256),
    sizeBytes,
    hardware: [],
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Bytes that follow from the name alone and repeat nowhere. */
export function imageOf(version: string, type: string, sizeBytes = 60_000): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < sizeBytes; i++) blocks.push(createHash('sha256').update(`${version}/${type}/${i}`).digest());
  return Buffer.concat(blocks).subarray(0, sizeBytes);
}

/** A plan of three phases: canary, half, all. */
export function threePhases(
  change: { maxInFlight?: [number, number, number]; failureShare?: number } = {},
): RolloutPlanView {
  const { maxInFlight = [20, 60, 120], failureShare = 0.4 } = change;
  const phase = (name: string, share: number, most: number) => ({
    name,
    size: { share },
    maxInFlight: most,
    failureThreshold: { share: failureShare },
    successShare: 0.5,
    minSoakMs: 200,
    promote: 'automatic' as const,
  });
  return {
    phases: [phase('canary', 0.1, maxInFlight[0]), phase('half', 0.5, maxInFlight[1]), phase('all', 1, maxInFlight[2])],
    onFail: 'abort',
    maxAttempts: 2,
    retryBackoffMs: 500,
  };
}
