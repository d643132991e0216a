import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Bundle, bundleToJSON } from '@sigstore/bundle';
import {
  fulcioHandler,
  type HandlerFn,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';
import { HashAlgorithm, PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs';
import { DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness } from '@sigstore/sign';

/** A Sigstore instance on loopback: certificate authority, logs and timestamp authority of `@sigstore/mock`. */
export interface Instance {
  /** The text of its `trusted_root.json`. */
  readonly trustedRoot: string;
  /** Signs a statement with a certificate that says what the ID token says. */
  attest(statement: object, claims: object, time?: 'log' | 'timestamp'): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function startInstance(): Promise<Instance> {
  const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const handlers = new Map<string, HandlerFn>();
  const server = createServer(async (request, response) => {
    const handler = handlers.get(request.url ?? '');
    const answer = handler && (await handler(await text(request)));
    response.writeHead(answer?.statusCode ?? 404, { 'content-type': answer?.contentType ?? 'text/plain' });
    response.end(answer && (typeof answer.response === 'string' ? answer.response : bytesOf(answer.response)));
  });
  const url = await listen(server);
  server.unref();
  // Whole seconds: fractions that end with a zero are written in a way that no reader of timestamps takes.
  const clock = new Date(Math.floor(Date.now() / 1_000) * 1_000);
  const ctLog = await initializeCTLog(keyPair(), clock);
  const ca = await initializeCA(keyPair(), ctLog, clock);
  const log = await initializeTLog(url, keyPair(), clock);
  const tsa = await initializeTSA(keyPair(), clock);
  for (const { path, fn } of [
    fulcioHandler(ca, { subjectClaim: 'job_workflow_ref' }),
    rekorHandler(log),
    tsaHandler(tsa),
  ]) {
    handlers.set(path, fn);
  }
  const authority = (certificates: readonly ArrayBufferView[]) => ({
    subject: { commonName: 'test', organization: 'test' },
    uri: url,
    certChain: { certificates: certificates.map((one) => ({ rawBytes: bytesOf(one) })) },
    validFor: { start: new Date(0) },
    operator: 'test',
  });
  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: [authority([ca.rootCertificate])],
    timestampAuthorities: [authority([tsa.intCertificate, tsa.rootCertificate])],
    tlogs: [logOf(url, log.publicKey, createHash('sha256').update(log.publicKey).digest())],
    ctlogs: [logOf(url, ctLog.publicKey, bytesOf(ctLog.logID))],
  };
  return {
    trustedRoot: JSON.stringify(TrustedRoot.toJSON(trustedRoot as never)),
    async attest(statement, claims, time = 'log') {
      const identityProvider = { getToken: async () => unsignedToken(claims) };
      const rekor = new RekorWitness({ rekorBaseURL: url, entryType: 'intoto' });
      const builder = new DSSEBundleBuilder({
        signer: new FulcioSigner({ fulcioBaseURL: url, identityProvider }),
        witnesses: [...(time === 'log' ? [rekor] : []), new TSAWitness({ tsaBaseURL: url })],
      });
      const artifact = { data: Buffer.from(JSON.stringify(statement)), type: 'application/vnd.in-toto+json' };
      return bundleToJSON((await builder.create(artifact)) as Bundle) as unknown as Record<string, unknown>;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function logOf(baseUrl: string, publicKey: Buffer, keyId: Buffer) {
  const keyDetails = PublicKeyDetails.PKIX_ECDSA_P256_SHA_256;
  const key = { rawBytes: publicKey, keyDetails, validFor: { start: new Date(0) } };
  return { baseUrl, logId: { keyId }, hashAlgorithm: HashAlgorithm.SHA2_256, publicKey: key, operator: 'test' };
}

/** The authority of the test does not check whose token it is. */
function unsignedToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.x`;
}

function bytesOf(view: ArrayBufferView | ArrayBuffer): Buffer {
  return view instanceof ArrayBuffer ? Buffer.from(view) : Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
