import { createHash } from 'node:crypto';
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
import {
  encodeManifest,
  generateKeyPem,
  manifestPayloadType,
  type Signer,
  signEnvelope,
  signerFromPem,
} from '@fettle/trust';
import type { Answer, DownloadDemand, DownloadStream, NoAnswer, Transport } from '../src/transports/transport.ts';
import { TransferBroken } from '../src/transports/transport.ts';
import type { Image } from './fake-board.ts';
import type { FakeRepositories, ReleaseOptions } from './fake-repositories.ts';

export interface FakeDeployment {
  readonly id: string;
  readonly image: Image;
  readonly offer: native.OfferMessage;
  status: DeploymentStatus;
  error: { code: string; class: string; message: string } | null;
  /** Statuses in the order in which they moved the deployment. */
  readonly moves: DeploymentStatus[];
  readonly reports: native.ReportMessage[];
  lastSequence: number;
  abort: boolean;
}

/** How one download goes wrong. */
export interface DownloadFault {
  /** Break the connection after this many bytes of the answer. */
  breakAfterBytes?: number;
  /** End quietly after this many bytes. */
  endAfterBytes?: number;
  /** Flip a bit of the byte at this place of the artifact. */
  flipByteAt?: number;
  /** Send this many bytes too many. */
  extraBytes?: number;
  /** Send the whole artifact whatever was asked for. */
  ignoreRange?: boolean;
  noAnswer?: NoAnswer;
}

export interface OfferOptions {
  manifest?: Partial<Manifest>;
  message?: Partial<native.OfferMessage>;
  signer?: Signer;
  component?: string;
  kind?: 'image' | 'delta' | 'bundle';
  deviceType?: string;
  hardware?: readonly string[];
  /** More artifacts for the same device type. */
  extraComponents?: readonly string[];
  /** How it is published where there are repositories. */
  release?: ReleaseOptions;
}

const unreachable: NoAnswer = { ok: false, kind: 'unreachable', message: 'Nobody there.', retryAfterMs: null };

/** A server in memory that keeps what it is told and can misbehave. */
export class FakeServer {
  readonly signer = signerFromPem(generateKeyPem().privateKeyPem);
  readonly deployments: FakeDeployment[] = [];
  /** What every check-in said that runs. */
  readonly currents: native.CheckInRequest[] = [];
  /** What devices did that no device should ever do. */
  readonly offences: string[] = [];
  /** @returns whether the network is gone for this call */
  isDown: (
    call: 'check-in' | 'reports' | 'download' | 'reach' | 'metadata' | 'time',
    status: DeploymentStatus | undefined,
  ) => boolean = () => false;
  /** Whether the answer gets lost although the server did its part. */
  losesAnswer: (call: number) => boolean = () => false;
  /** Faults of the downloads to come, used up one by one. */
  readonly downloadFaults: DownloadFault[] = [];
  /** Applies to every download once the list is used up. */
  everyDownload: DownloadFault | undefined;
  /** Asks to abort as soon as this status was reported. */
  abortAt: DeploymentStatus | undefined;
  rejectReports: (report: native.ReportMessage) => boolean = () => false;
  /** Offers this often what has ended, as a server does that lost the report. */
  offersFinished = 0;
  onCheckIn: (request: native.CheckInRequest) => void = () => undefined;
  onReport: (deployment: FakeDeployment, report: native.ReportMessage) => void = () => undefined;
  onBytes: (bytes: number) => void = () => undefined;
  downloads: DownloadDemand[] = [];
  /** Set where the fleet has two repositories: then offers carry no envelope. */
  repositories: FakeRepositories | undefined;
  #calls = 0;
  #nextId = 0;

  get open(): FakeDeployment | undefined {
    return this.deployments.find(({ status }) => !isFinal(status));
  }

  get last(): FakeDeployment {
    const last = this.deployments.at(-1);
    if (!last) throw new Error('Nothing was offered.');
    return last;
  }

  async offer(image: Image, options: OfferOptions = {}): Promise<FakeDeployment> {
    const sha256 = createHash('sha256').update(image.bytes).digest('hex');
    const components = [options.component ?? 'rootfs', ...(options.extraComponents ?? [])];
    const kind = options.kind ?? 'image';
    const manifest: Manifest = {
      fleet: fleetId('thermostat'),
      version: image.version,
      counter: image.counter,
      securityFloor: 0,
      allowDowngrade: false,
      mustPassThrough: false,
      requires: [],
      notes: '',
      artifacts: components.map((component) => ({
        deviceType: deviceType(options.deviceType ?? 'board-a'),
        component: componentName(component),
        kind,
        digest: digest(sha256),
        sizeBytes: image.bytes.length,
        hardware: options.hardware ?? [],
      })),
      ...options.manifest,
    };
    const id = makeId('dep', 1_000 + this.#nextId++, Buffer.alloc(10, this.#nextId));
    if (this.repositories) {
      await this.repositories.begin();
      await this.repositories.publish(manifest, { device: 'dev-1', deployment: id }, options.release);
    }
    const envelope = await signEnvelope(manifestPayloadType, encodeManifest(manifest), [options.signer ?? this.signer]);
    const artifacts = components.map((component) => ({
      component,
      kind,
      sha256,
      sizeBytes: image.bytes.length,
      url: `/device/v1/artifacts/${sha256}`,
    }));
    const message = {
      deployment: id,
      version: image.version,
      envelope: this.repositories ? '' : JSON.stringify(envelope),
      artifacts,
      attempt: 1,
      ...options.message,
    };
    const deployment: FakeDeployment = {
      id,
      image,
      offer: message,
      status: 'offered',
      error: null,
      moves: [],
      reports: [],
      lastSequence: 0,
      abort: false,
    };
    this.deployments.push(deployment);
    return deployment;
  }

  /** The transport of one power-up; `alive` hangs for ever once the power is gone. */
  transport(alive: () => Promise<void>): Transport {
    return {
      checkIn: async (request) => {
        await alive();
        return this.#checkIn(request);
      },
      sendReports: async (reports) => {
        await alive();
        return this.#reports(reports);
      },
      download: async (demand) => {
        await alive();
        const answer = this.#download(demand);
        if (!answer.ok) return answer;
        return { ...answer, chunks: watched(answer.chunks, alive, this.onBytes) };
      },
      fetchMetadata: async (demand) => {
        await alive();
        if (!this.repositories || this.isDown('metadata', this.open?.status)) throw new Error('Nobody there.');
        return this.repositories.fetch(demand);
      },
      askTime: async (nonce) => {
        await alive();
        return this.isDown('time', this.open?.status) ? undefined : this.repositories?.time(nonce);
      },
      isReachable: async () => {
        await alive();
        return !this.isDown('reach', this.open?.status);
      },
    };
  }

  #checkIn(request: native.CheckInRequest): Answer<native.CheckInResponse> {
    const valid = native.checkInRequest.decode(native.checkInRequest.encode(request));
    if (!valid.ok) this.offences.push(`check-in: ${valid.message}`);
    if (this.isDown('check-in', this.open?.status)) return unreachable;
    const refused = request.reports?.find(this.rejectReports);
    if (refused) return { ok: false, kind: 'rejected', message: 'no such deployment', retryAfterMs: null };
    this.currents.push(request);
    this.onCheckIn(request);
    const acknowledged = this.#keep(request.reports ?? []);
    if (this.losesAnswer(++this.#calls)) return unreachable;
    const open = this.open ?? (this.offersFinished-- > 0 ? this.deployments.at(-1) : undefined);
    const value: native.CheckInResponse = {
      nextCheckInSeconds: 30,
      serverTime: '2026-01-01T00:00:00Z',
      acknowledged,
      ...this.#abort(),
      ...(open && !open.abort ? { offer: open.offer } : {}),
    };
    const coded = native.checkInResponse.decode(native.checkInResponse.encode(value));
    if (!coded.ok) throw new Error(`The fake server speaks wrongly: ${coded.message}`);
    return coded;
  }

  #reports(reports: readonly native.ReportMessage[]): Answer<native.ReportsResponse> {
    const valid = native.reportsRequest.decode(native.reportsRequest.encode({ reports: [...reports] }));
    if (!valid.ok) this.offences.push(`reports: ${valid.message}`);
    if (this.isDown('reports', this.open?.status)) return unreachable;
    if (reports.some(this.rejectReports)) {
      return { ok: false, kind: 'rejected', message: 'no such deployment', retryAfterMs: null };
    }
    const acknowledged = this.#keep(reports);
    if (this.losesAnswer(++this.#calls)) return unreachable;
    return { ok: true, value: { acknowledged, ...this.#abort() } };
  }

  #abort(): { abort?: string } {
    const asked = this.deployments.find(({ abort, status }) => abort && !isFinal(status));
    return asked ? { abort: asked.id } : {};
  }

  #keep(reports: readonly native.ReportMessage[]): native.Acknowledgement[] {
    const acknowledged: native.Acknowledgement[] = [];
    for (const report of reports) {
      const deployment = this.deployments.find(({ id }) => id === report.deployment);
      if (!deployment) {
        this.offences.push(`report for unknown deployment ${report.deployment}`);
        continue;
      }
      deployment.reports.push(report);
      if (applyStatus(deployment.status, report.status) === 'moves') {
        deployment.status = report.status;
        deployment.error = report.error ?? null;
        deployment.moves.push(report.status);
      }
      if (report.status === this.abortAt) deployment.abort = true;
      deployment.lastSequence = Math.max(deployment.lastSequence, report.sequence);
      this.onReport(deployment, report);
      acknowledged.push({ deployment: deployment.id, sequence: report.sequence });
    }
    return acknowledged;
  }

  #download(demand: DownloadDemand): DownloadStream | NoAnswer {
    this.downloads.push(demand);
    if (this.isDown('download', this.open?.status)) return unreachable;
    const fault = this.downloadFaults.shift() ?? this.everyDownload ?? {};
    if (fault.noAnswer) return fault.noAnswer;
    const found = this.deployments.find(({ offer }) => offer.artifacts.some(({ url }) => url === demand.url));
    if (!found) return { ok: false, kind: 'rejected', message: '404', retryAfterMs: null };
    const offsetBytes = fault.ignoreRange ? 0 : demand.offsetBytes;
    const content = Buffer.concat([found.image.bytes, Buffer.alloc(fault.extraBytes ?? 0, 7)]);
    if (fault.flipByteAt !== undefined) content[fault.flipByteAt] = (content[fault.flipByteAt] ?? 0) ^ 1;
    return { ok: true, offsetBytes, etag: '"v1"', chunks: pieces(content.subarray(offsetBytes), fault) };
  }
}

async function* pieces(content: Buffer, fault: DownloadFault): AsyncGenerator<Uint8Array> {
  const end = Math.min(content.length, fault.breakAfterBytes ?? content.length, fault.endAfterBytes ?? content.length);
  for (let at = 0; at < end; at += 4_096) yield content.subarray(at, Math.min(end, at + 4_096));
  if (fault.breakAfterBytes !== undefined) throw new TransferBroken('The connection was reset.');
}

async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  alive: () => Promise<void>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await alive();
    onBytes(chunk.length);
    yield chunk;
  }
}
