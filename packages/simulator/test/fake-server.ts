import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  applyStatus,
  componentName,
  type DeploymentStatus,
  deviceType,
  digest,
  fleetId,
  isFinal,
  type Manifest,
  makeId,
} from '@fettle/model';
import { native } from '@fettle/protocol';
import { encodeManifest, generateKeyPem, manifestPayloadType, signEnvelope, signerFromPem } from '@fettle/trust';

export const claimToken = 'claim-of-the-test';
const { nativePaths } = native;

/** A deployment as the fake server sees it. */
export interface SeenDeployment {
  readonly id: string;
  readonly device: string;
  readonly version: string;
  readonly counter: number;
  status: DeploymentStatus;
  readonly reports: native.ReportMessage[];
  /** Every status that ended it, in order. */
  readonly ends: DeploymentStatus[];
}

interface SeenDevice {
  readonly fleet: string;
  readonly type: string;
  readonly publicKey: string;
  token: string | undefined;
  open: SeenDeployment | undefined;
  last: SeenDeployment | undefined;
  tries: number;
  readonly challenges: Set<string>;
  lastCheckIn: native.CheckInRequest | undefined;
}

interface FakeRelease {
  readonly manifest: Manifest;
  readonly envelope: string;
}

/** What a test may break. */
export interface Faults {
  /** Wire changes to an offer before it goes out. */
  spoilOffer?: (offer: native.OfferMessage) => native.OfferMessage;
  /** Answers every n-th request with 503. */
  failEvery?: number;
  ignoreRange?: boolean;
  /** Gives up every deployment that is open. */
  abortAll?: boolean;
  /** Devices whose offers never arrive: the connection breaks, and the deployment stays open. */
  losesOffers?: (device: string) => boolean;
  /** Bytes that downloads get instead of the real ones. */
  spoilBytes?: (bytes: Buffer) => Buffer;
  /** Answers in place of the server, for the device that asks if it said who it is; undefined leaves it to the server. */
  answers?: (path: string, device: string | undefined, body: string) => Promise<Uint8Array | 'absent' | undefined>;
  /** Lets nobody in. */
  pending?: boolean;
  maxTries?: number;
}

/** A small server of the native protocol: one release for everybody, everything kept in memory, open to inspection. */
export class FakeServer {
  readonly faults: Faults = {};
  /** What the clock of each device showed in its last message. */
  readonly dates = new Map<string, string>();
  readonly devices = new Map<string, SeenDevice>();
  readonly deployments = new Map<string, SeenDeployment>();
  readonly artifacts = new Map<string, Buffer>();
  readonly ranges: string[] = [];
  readonly checkInsOf = new Map<string, number>();
  readonly publicKeyPem: string;
  readonly #signer: ReturnType<typeof signerFromPem>;
  readonly #server: Server;
  #release: FakeRelease | undefined;
  requests = 0;

  constructor() {
    const pair = generateKeyPem();
    this.publicKeyPem = pair.publicKeyPem;
    this.#signer = signerFromPem(pair.privateKeyPem);
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  async start(port = 0): Promise<string> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Publishes a release and offers it to every device. */
  async release(
    version: string,
    counter: number,
    change: { types?: readonly string[]; sizeBytes?: number; manifest?: Partial<Manifest> } = {},
  ): Promise<Manifest> {
    const artifacts = (change.types ?? ['board-a', 'board-b']).map((type) => {
      const seed = createHash('sha256').update(`${type} ${version}`).digest();
      const bytes = Buffer.alloc(change.sizeBytes ?? 40_000, seed);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      this.artifacts.set(sha256, bytes);
      return {
        deviceType: deviceType(type),
        component: componentName('rootfs'),
        kind: 'image' as const,
        digest: digest(sha256),
        sizeBytes: bytes.length,
        hardware: [],
      };
    });
    const manifest: Manifest = {
      fleet: fleetId('thermostat'),
      version,
      counter,
      securityFloor: 0,
      allowDowngrade: false,
      mustPassThrough: false,
      requires: [],
      artifacts,
      notes: '',
      ...change.manifest,
    };
    const envelope = await signEnvelope(manifestPayloadType, encodeManifest(manifest), [this.#signer]);
    this.#release = { manifest, envelope: JSON.stringify(envelope) };
    for (const device of this.devices.values()) device.tries = 0;
    return manifest;
  }

  /** Lets no token count any more. */
  forgetTokens(): void {
    for (const device of this.devices.values()) device.token = undefined;
  }

  allEnded(): boolean {
    return [...this.deployments.values()].every(({ status }) => isFinal(status));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    try {
      const { failEvery } = this.faults;
      if (failEvery && this.requests % failEvery === 0) {
        request.resume();
        problem(response, 503, 'overloaded');
      } else if (request.url?.startsWith(`${nativePaths.artifacts}/`)) this.#download(request, response);
      else {
        const { authorization, date } = request.headers;
        const [id] = this.#whose(authorization);
        if (id !== undefined) this.dates.set(id, date ?? '');
        const body = await readAll(request);
        const instead = await this.faults.answers?.(request.url ?? '', id, body);
        if (instead === 'absent') problem(response, 404, 'not-found');
        else if (instead) response.writeHead(200, { 'content-type': 'application/json' }).end(instead);
        else this.#message(request.url ?? '', body, authorization, response);
      }
    } catch {
      response.destroy();
    }
  }

  #message(path: string, body: string, authorization: string | undefined, response: ServerResponse): void {
    const [id, device] = this.#whose(authorization);
    if (path === nativePaths.enrol) this.#enrol(body, response);
    else if (path === nativePaths.challenge) this.#challenge(body, response);
    else if (path === nativePaths.token) this.#token(body, response);
    else if (!device || id === undefined) problem(response, 401, 'not-authenticated');
    else if (path === nativePaths.checkIn) this.#checkIn(id, device, body, response);
    else this.#reports(id, device, body, response);
  }

  #reports(id: string, device: SeenDevice, body: string, response: ServerResponse): void {
    const { reports } = decoded(native.reportsRequest.decode(body));
    for (const report of reports) this.#take(id, report);
    const abort = this.#abortOf(device);
    answer(response, { acknowledged: acknowledgements(reports), ...(abort !== undefined && { abort }) });
  }

  #enrol(body: string, response: ServerResponse): void {
    const request = decoded(native.enrolRequest.decode(body));
    const { fleet, device, deviceType: type, publicKey } = request;
    const text = native.enrolProofText({
      tenant: request.tenant ?? 'default',
      fleet,
      device,
      deviceType: type,
      publicKey,
    });
    if (!proves(publicKey, text, request.proof)) {
      problem(response, 403, 'proof-invalid');
      return;
    }
    if (request.claimToken !== claimToken || this.faults.pending) {
      answer(response, { status: 'pending', retryAfterSeconds: 5 });
      return;
    }
    const fresh = { fleet, type, publicKey, token: undefined, open: undefined, last: undefined, tries: 0 };
    if (!this.devices.has(device)) {
      this.devices.set(device, { ...fresh, challenges: new Set(), lastCheckIn: undefined });
    }
    answer(response, { status: 'accepted', retryAfterSeconds: 0 });
  }

  #challenge(body: string, response: ServerResponse): void {
    const device = this.devices.get(decoded(native.challengeRequest.decode(body)).device);
    if (!device) {
      problem(response, 404, 'not-found');
      return;
    }
    const challenge = randomBytes(16).toString('hex');
    device.challenges.add(challenge);
    answer(response, { challenge });
  }

  #token(body: string, response: ServerResponse): void {
    const { device: id, challenge, proof, tenant = 'default' } = decoded(native.tokenRequest.decode(body));
    const device = this.devices.get(id);
    const text = native.tokenProofText({ tenant, device: id, challenge });
    if (!device?.challenges.delete(challenge) || !proves(device.publicKey, text, proof)) {
      problem(response, 401, 'proof-invalid');
      return;
    }
    device.token = randomBytes(8).toString('hex');
    answer(response, { token: `${id} ${device.token}`, expiresInSeconds: 3_600 });
  }

  #checkIn(id: string, device: SeenDevice, body: string, response: ServerResponse): void {
    const request = decoded(native.checkInRequest.decode(body));
    this.checkInsOf.set(id, (this.checkInsOf.get(id) ?? 0) + 1);
    device.lastCheckIn = request;
    for (const report of request.reports ?? []) this.#take(id, report);
    const counter = Math.max(0, ...Object.values(request.current).map((current) => current.counter));
    const { last } = device;
    if (last?.status === 'succeeded' && counter < last.counter) this.#move(last, 'rolledBack');
    const abort = this.#abortOf(device);
    if (!abort) this.#admit(id, device, counter);
    const offer = device.open && !abort ? this.#offer(device, device.open) : undefined;
    if (offer && this.faults.losesOffers?.(id)) {
      response.destroy();
      return;
    }
    answer(response, {
      nextCheckInSeconds: 10,
      serverTime: new Date().toISOString(),
      acknowledged: acknowledgements(request.reports ?? []),
      ...(abort !== undefined && { abort }),
      ...(offer && { offer }),
    });
  }

  #admit(id: string, device: SeenDevice, counter: number): void {
    const release = this.#release;
    if (!release || device.open || device.tries >= (this.faults.maxTries ?? 1)) return;
    if (counter === release.manifest.counter) return;
    device.tries++;
    const deployment: SeenDeployment = {
      id: makeId('dep', Date.now(), randomBytes(10)),
      device: id,
      version: release.manifest.version,
      counter: release.manifest.counter,
      status: 'offered',
      reports: [],
      ends: [],
    };
    device.open = deployment;
    this.deployments.set(deployment.id, deployment);
  }

  #offer(device: SeenDevice, deployment: SeenDeployment): native.OfferMessage {
    const { manifest, envelope } = this.#release ?? { manifest: { artifacts: [] }, envelope: '' };
    const offer: native.OfferMessage = {
      deployment: deployment.id,
      version: deployment.version,
      envelope,
      attempt: device.tries,
      artifacts: manifest.artifacts
        .filter((artifact) => artifact.deviceType === device.type)
        .map(({ component, kind, digest: sha256, sizeBytes }) => ({
          component,
          kind,
          sha256,
          sizeBytes,
          url: `${nativePaths.artifacts}/${sha256}`,
        })),
    };
    return this.faults.spoilOffer?.(offer) ?? offer;
  }

  #abortOf(device: SeenDevice): string | undefined {
    return this.faults.abortAll ? device.open?.id : undefined;
  }

  #take(id: string, report: native.ReportMessage): void {
    const deployment = this.deployments.get(report.deployment);
    if (deployment?.device !== id) return;
    if (deployment.reports.some(({ sequence }) => sequence === report.sequence)) return;
    deployment.reports.push(report);
    if (applyStatus(deployment.status, report.status) === 'moves') this.#move(deployment, report.status);
  }

  #move(deployment: SeenDeployment, status: DeploymentStatus): void {
    deployment.status = status;
    if (!isFinal(status)) return;
    deployment.ends.push(status);
    const device = this.devices.get(deployment.device);
    if (device?.open === deployment) {
      device.last = deployment;
      device.open = undefined;
    }
  }

  #download(request: IncomingMessage, response: ServerResponse): void {
    const [, device] = this.#whose(request.headers.authorization);
    if (!device) {
      problem(response, 401, 'not-authenticated');
      return;
    }
    const sha256 = request.url?.slice(nativePaths.artifacts.length + 1) ?? '';
    const kept = this.artifacts.get(sha256);
    if (!kept) {
      problem(response, 404, 'not-found');
      return;
    }
    const bytes = this.faults.spoilBytes?.(kept) ?? kept;
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    if (range) this.ranges.push(range[0]);
    const from =
      range && !this.faults.ignoreRange && request.headers['if-range'] === `"${sha256}"` ? Number(range[1]) : 0;
    const headers = { etag: `"${sha256}"`, 'content-length': bytes.length - from };
    if (from > 0) {
      response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
    } else response.writeHead(200, headers);
    response.end(bytes.subarray(from));
  }

  #whose(authorization: string | undefined): [string, SeenDevice] | [undefined, undefined] {
    const [id = '', token] = (authorization ?? '').replace('Bearer ', '').split(' ');
    const device = this.devices.get(id);
    return device && token !== undefined && device.token === token ? [id, device] : [undefined, undefined];
  }
}

function proves(publicKey: string, text: string, proof: string): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(text), key, Buffer.from(proof, 'base64'));
}

function acknowledgements(reports: readonly native.ReportMessage[]): native.Acknowledgement[] {
  const highest = new Map<string, number>();
  for (const { deployment, sequence } of reports) {
    highest.set(deployment, Math.max(sequence, highest.get(deployment) ?? 0));
  }
  return [...highest].map(([deployment, sequence]) => ({ deployment, sequence }));
}

function decoded<T>(result: native.Decoded<T>): T {
  if (!result.ok) throw new Error(result.message);
  return result.value;
}

function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ type: 'about:blank', title: code, status, code }));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
