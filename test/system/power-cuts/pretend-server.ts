import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { isFinal } from '@fettle/model';
import { native } from '@fettle/protocol';
import { readPublicKey, verifySignature } from '@fettle/trust';

/** What the test decides and hears; the server itself only speaks the native protocol. */
export interface Script {
  /** The next release for a device that has no open deployment; undefined: nothing to do. */
  offerFor(device: string): Promise<native.OfferMessage | undefined>;
  checkedIn(device: string, request: native.CheckInRequest): void;
  reported(device: string, report: native.ReportMessage): void;
  /** The bytes of an artifact by digest. */
  bytesOf(digest: string): Uint8Array | undefined;
}

const chunkBytes = 65_536;
const chunkPauseMs = 30;

/** A server on a free loopback port, written for these tests alone: one device's view of a real one. */
export class PretendServer {
  readonly #script: Script;
  readonly #server: Server;
  readonly #keys = new Map<string, ReturnType<typeof readPublicKey>>();
  readonly #tokens = new Map<string, string>();
  readonly #open = new Map<string, native.OfferMessage>();
  /** What should never have happened: messages that are not as documented, faults of the test itself. */
  readonly faults: string[] = [];

  constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        // A device without power breaks its connections off in the middle of a request.
        if (response.destroyed || !request.complete) return;
        this.faults.push(String(error));
        response.writeHead(500).end();
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path.startsWith(`${native.nativePaths.artifacts}/`)) return this.#artifact(path, request, response);
    const body = await readBody(request);
    const { status, type, text } = await this.#handle(path, body, request);
    response.writeHead(status, { 'content-type': type }).end(text);
  }

  async #handle(path: string, body: string, request: IncomingMessage): Promise<Answer> {
    switch (path) {
      case native.nativePaths.enrol:
        return this.#enrol(body);
      case native.nativePaths.challenge:
        return this.#challenge(body);
      case native.nativePaths.token:
        return this.#token(body);
      case native.nativePaths.checkIn:
        return this.#checkIn(body, request);
      case native.nativePaths.reports:
        return this.#reports(body, request);
      default:
        return refuse(404, 'not-found', path);
    }
  }

  #enrol(body: string): Answer {
    const { tenant = native.defaultTenant, ...message } = must(native.enrolRequest.decode(body));
    const key = readPublicKey(Buffer.from(message.publicKey, 'base64'));
    const text = native.enrolProofText({ tenant, ...message });
    if (!verifySignature(key, Buffer.from(text), Buffer.from(message.proof, 'base64'))) {
      return refuse(401, 'proof-invalid', 'enrolment');
    }
    const known = this.#keys.get(message.device);
    if (known && known.id !== key.id) return refuse(403, 'device-rejected', 'another key');
    this.#keys.set(message.device, key);
    return accept(native.enrolResponse.encode({ status: 'accepted', retryAfterSeconds: 0 }));
  }

  #challenge(body: string): Answer {
    const { device } = must(native.challengeRequest.decode(body));
    if (!this.#keys.has(device)) return refuse(404, 'not-found', 'unknown device');
    return accept(native.challengeResponse.encode({ challenge: `challenge-of-${device}` }));
  }

  #token(body: string): Answer {
    const { tenant = native.defaultTenant, device, challenge, proof } = must(native.tokenRequest.decode(body));
    const key = this.#keys.get(device);
    const text = native.tokenProofText({ tenant, device, challenge });
    if (!key || !verifySignature(key, Buffer.from(text), Buffer.from(proof, 'base64'))) {
      return refuse(401, 'proof-invalid', 'token');
    }
    const token = randomBytes(16).toString('hex');
    this.#tokens.set(token, device);
    return accept(native.tokenResponse.encode({ token, expiresInSeconds: 3_600 }));
  }

  async #checkIn(body: string, request: IncomingMessage): Promise<Answer> {
    const device = this.#deviceOf(request);
    if (!device) return refuse(401, 'not-authenticated', 'token');
    const message = must(native.checkInRequest.decode(body));
    const acknowledged = this.#take(device, message.reports ?? []);
    this.#script.checkedIn(device, message);
    const offer = this.#open.get(device) ?? (await this.#script.offerFor(device));
    if (offer) this.#open.set(device, offer);
    const answer = { nextCheckInSeconds: 1, serverTime: new Date().toISOString(), acknowledged };
    return accept(native.checkInResponse.encode(offer ? { ...answer, offer } : answer));
  }

  #reports(body: string, request: IncomingMessage): Answer {
    const device = this.#deviceOf(request);
    if (!device) return refuse(401, 'not-authenticated', 'token');
    const acknowledged = this.#take(device, must(native.reportsRequest.decode(body)).reports);
    return accept(native.reportsResponse.encode({ acknowledged }));
  }

  #take(device: string, reports: readonly native.ReportMessage[]): native.Acknowledgement[] {
    const highest = new Map<string, number>();
    for (const report of reports) {
      this.#script.reported(device, report);
      if (isFinal(report.status) && this.#open.get(device)?.deployment === report.deployment) this.#open.delete(device);
      highest.set(report.deployment, Math.max(report.sequence, highest.get(report.deployment) ?? 0));
    }
    return [...highest].map(([deployment, sequence]) => ({ deployment, sequence }));
  }

  async #artifact(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const digest = path.slice(native.nativePaths.artifacts.length + 1);
    const bytes = this.#script.bytesOf(digest);
    if (!this.#deviceOf(request) || !bytes) {
      response.writeHead(bytes ? 401 : 404).end();
      return;
    }
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = range ? Number(range[1]) : 0;
    const headers = { etag: `"${digest}"`, 'accept-ranges': 'bytes', 'content-length': bytes.length - from };
    const contentRange = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(range ? 206 : 200, range ? { ...headers, ...contentRange } : headers);
    const body = Readable.from(slowly(bytes.subarray(from)), { objectMode: false });
    // A device that lost its power closes the connection; the rest of its download is not wanted any more.
    response.on('close', () => body.destroy());
    body.pipe(response);
  }

  #deviceOf(request: IncomingMessage): string | undefined {
    return this.#tokens.get((request.headers.authorization ?? '').replace(/^Bearer /, ''));
  }
}

/** A link slow enough that power cuts hit the middle of a download. */
async function* slowly(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    yield bytes.subarray(at, at + chunkBytes);
    await wait(chunkPauseMs);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The agent is ours: whatever it sends must have the documented shape. */
function must<T>(decoded: native.Decoded<T>): T {
  if (decoded.ok) return decoded.value;
  throw new Error(`The agent sent a message that is not as documented: ${decoded.message}`);
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function accept(text: string): Answer {
  return { status: 200, type: 'application/json', text };
}

function refuse(status: number, code: string, detail: string): Answer {
  const problem = { type: 'about:blank', title: code, status, code, detail };
  return { status, type: 'application/problem+json', text: JSON.stringify(problem) };
}
