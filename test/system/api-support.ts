import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient, type RolloutPlanView } from '@fettle/api';
import { componentName, deviceType, digest, fleetId } from '@fettle/model';
import { native } from '@fettle/protocol';
import { configOf, createServer, type RunningServer, type ServerConfig } from '@fettle/server';
import { encodeManifest, generateKeyPem, manifestPayloadType, signEnvelope, signerFromPem } from '@fettle/trust';

/** A server in this process over a temporary folder, with the administrator's client. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly dataDir: string;
  readonly client: Client;
  readonly server: RunningServer;
}

export async function startTestServer(settings: Partial<ServerConfig> = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fettle-api-'));
  const quick = { 'http.port': 0, 'log.level': 'silent', 'work.tickMs': 50 } as const;
  const server = await createServer(configOf({ 'data.dir': dataDir, ...quick, ...settings }));
  const token = server.adminToken ?? '';
  return {
    url: server.url,
    token,
    dataDir,
    server,
    client: createClient({ server: server.url, token }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waits until a look is satisfied, with a deadline. */
export async function until<T>(
  look: () => Promise<T | undefined> | T | undefined,
  what: string,
  limitMs = 15_000,
): Promise<T> {
  const latest = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > latest) throw new Error(`Waited ${limitMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface TestRelease {
  readonly fleet: string;
  readonly version: string;
  readonly bytes: Uint8Array;
  readonly privateKeyPem: string;
  readonly types: readonly string[];
  readonly mustPassThrough?: boolean;
}

/** Uploads bytes and publishes them as component `app` of a signed release for every device type. */
export async function publish(client: Client, release: TestRelease) {
  const { fleet, version, bytes, privateKeyPem, types } = release;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await client.upload({
    sha256,
    sizeBytes: bytes.length,
    open: async function* (offset) {
      yield bytes.subarray(offset);
    },
  });
  const { counter } = await client.nextCounter({ fleet });
  const artifacts = types.map((type) => ({
    deviceType: deviceType(type),
    component: componentName('app'),
    kind: 'image' as const,
    digest: digest(sha256),
    sizeBytes: bytes.length,
    hardware: [],
  }));
  const content = {
    fleet: fleetId(fleet),
    version,
    counter,
    securityFloor: 0,
    allowDowngrade: false,
    mustPassThrough: release.mustPassThrough ?? false,
    requires: [],
    artifacts,
    notes: '',
  };
  const envelope = await signEnvelope(manifestPayloadType, encodeManifest(content), [signerFromPem(privateKeyPem)]);
  const published = await client.publishRelease({ fleet, envelope: JSON.stringify(envelope) });
  return { ...published, sha256, counter, envelope: JSON.stringify(envelope) };
}

export const allAtOnce: RolloutPlanView = {
  phases: [
    {
      name: 'all',
      size: { share: 1 },
      maxInFlight: 1_000,
      failureThreshold: { share: 0.5 },
      successShare: 1,
      minSoakMs: 0,
      promote: 'automatic',
    },
  ],
  onFail: 'abort',
  maxAttempts: 3,
  retryBackoffMs: 0,
};

/** A fleet `routers` of type `r1` with a release key. */
export async function makeFleet(client: Client, fleet = 'routers') {
  const { privateKeyPem, publicKeyPem } = generateKeyPem();
  await client.createFleet({ id: fleet, deviceTypes: ['r1'] });
  await client.addFleetKey({ fleet, name: 'test key', publicKeyPem });
  return { fleet, privateKeyPem, publicKeyPem, types: ['r1'] };
}

/** A device that speaks the native protocol by hand. */
export class TestDevice {
  readonly id: string;
  readonly #url: string;
  readonly #key: KeyObject;
  #token = '';

  constructor(url: string, id: string, key: KeyObject = generateKeyPairSync('ed25519').privateKey) {
    this.#url = url;
    this.id = id;
    this.#key = createPrivateKey(key.export({ format: 'pem', type: 'pkcs8' }));
  }

  get publicKey(): string {
    return createPublicKey(this.#key.export({ format: 'pem', type: 'pkcs8' }))
      .export({ format: 'der', type: 'spki' })
      .toString('base64');
  }

  get token(): string {
    return this.#token;
  }

  async enrol(fleet: string, claimToken?: string): Promise<Response> {
    const { publicKey } = this;
    const who = { tenant: native.defaultTenant, fleet, device: this.id, deviceType: 'r1', publicKey };
    return this.post(native.nativePaths.enrol, {
      ...who,
      proof: this.#sign(native.enrolProofText(who)),
      ...(claimToken === undefined ? {} : { claimToken }),
    });
  }

  async authenticate(): Promise<Response> {
    const asked = await this.post(native.nativePaths.challenge, { device: this.id });
    const { challenge } = (await asked.json()) as { challenge: string };
    const proof = this.#sign(native.tokenProofText({ tenant: native.defaultTenant, device: this.id, challenge }));
    const response = await this.post(native.nativePaths.token, { device: this.id, challenge, proof });
    const body = (await response.clone().json()) as { token?: string };
    this.#token = body.token ?? '';
    return response;
  }

  async checkIn(message: object = {}): Promise<native.CheckInResponse> {
    const response = await this.post(native.nativePaths.checkIn, { attributes: {}, current: {}, ...message });
    if (!response.ok) throw new Error(`check-in answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as native.CheckInResponse;
  }

  post(path: string, body: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json', ...this.authorization() };
    return fetch(this.#url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
    return fetch(this.#url + path, { method, headers: { ...this.authorization(), ...headers } });
  }

  authorization(): Record<string, string> {
    return this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` };
  }

  #sign(text: string): string {
    return sign(null, Buffer.from(text), this.#key).toString('base64');
  }
}

/** A device of the fleet, enrolled by a claim token and holding a device token. */
export async function enrolledDevice(server: TestServer, fleet: string, id: string): Promise<TestDevice> {
  const { token } = await server.client.createClaimToken({ fleet, name: `for ${id}`, uses: 1 });
  const device = new TestDevice(server.url, id);
  const enrolled = await device.enrol(fleet, token);
  if (!enrolled.ok) throw new Error(await enrolled.text());
  await device.authenticate();
  return device;
}
