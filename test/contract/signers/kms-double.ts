import { createHash, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { signAsKms } from './kms-sign.ts';
import { startUnsteadyServer, type UnsteadyServer, type WebAnswer, type WebRequest } from './unsteady-server.ts';

export interface DoubleCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string;
}

interface KmsKey {
  readonly spec: string;
  readonly usage: string;
  readonly pair: KeyObject;
}

/**
 * A double of AWS KMS as far as its documentation tells it: GetPublicKey and Sign over JSON 1.1, aliases, requests
 * signed by Signature Version 4 (checked by code of its own), the shapes of errors, the limit of raw messages.
 */
export interface KmsDouble {
  readonly server: UnsteadyServer;
  readonly region: string;
  credentials: DoubleCredentials;
  /** Access keys that were valid once. */
  readonly expired: Set<string>;
  readonly aliases: Map<string, string>;
  addKey(spec: string, usage?: string): string;
}

export async function startKmsDouble(): Promise<KmsDouble> {
  const keys = new Map<string, KmsKey>();
  const server = await startUnsteadyServer((request) => answerTo(double, keys, request));
  const double: KmsDouble = {
    server,
    region: 'eu-central-1',
    credentials: { AccessKeyId: 'AKIDEXAMPLE', SecretAccessKey: `secret/${randomUUID()}` },
    expired: new Set(),
    aliases: new Map(),
    addKey: (spec, usage = 'SIGN_VERIFY') => {
      const arn = `arn:aws:kms:eu-central-1:111122223333:key/${randomUUID()}`;
      keys.set(arn, { spec, usage, pair: makePair(spec) });
      return arn;
    },
  };
  return double;
}

function answerTo(double: KmsDouble, keys: ReadonlyMap<string, KmsKey>, request: WebRequest): WebAnswer {
  const { headers, body } = request;
  const accessKey = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
  if (double.expired.has(accessKey)) return refuse('ExpiredTokenException');
  if (accessKey !== double.credentials.AccessKeyId) return refuse('UnrecognizedClientException');
  if (double.credentials.SessionToken !== headers['x-amz-security-token']) return refuse('UnrecognizedClientException');
  if (!isSigned(request, double)) return refuse('InvalidSignatureException');
  if (headers['content-type'] !== 'application/x-amz-json-1.1') return refuse('UnknownOperationException');
  const asked: Record<string, unknown> = JSON.parse(body.toString('utf8'));
  const arn = double.aliases.get(String(asked.KeyId)) ?? String(asked.KeyId);
  const key = keys.get(arn);
  if (!key) return refuse('NotFoundException');
  if (headers['x-amz-target'] === 'TrentService.GetPublicKey') {
    const spki = createPublicKey(key.pair).export({ format: 'der', type: 'spki' });
    const told = { KeyId: arn, KeySpec: key.spec, KeyUsage: key.usage, PublicKey: spki.toString('base64') };
    return { status: 200, body: told };
  }
  if (headers['x-amz-target'] !== 'TrentService.Sign') return refuse('UnknownOperationException');
  const signature = signAsKms(key.spec, key.pair, asked);
  if (typeof signature === 'string') return refuse(signature);
  const told = { KeyId: arn, Signature: signature.toString('base64'), SigningAlgorithm: asked.SigningAlgorithm };
  return { status: 200, body: told };
}

// A second reading of AWS' rules, from the request as it came over the wire.
function isSigned({ method, path, headers, body }: WebRequest, { credentials, region }: KmsDouble): boolean {
  const pattern = /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, scope = '', names = '', signature = ''] = pattern.exec(headers.authorization ?? '') ?? [];
  const [date = '', inRegion = '', service = '', end = ''] = scope.split('/');
  if (inRegion !== region || service !== 'kms' || end !== 'aws4_request') return false;
  const signed = names.split(';');
  if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => signed.includes(name))) return false;
  const time = headers['x-amz-date'] ?? '';
  const lines = signed.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = `${method}\n${path}\n\n${lines}\n${names}\n${createHash('sha256').update(body).digest('hex')}`;
  const digest = createHash('sha256').update(canonical).digest('hex');
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = mac(mac(mac(mac(`AWS4${credentials.SecretAccessKey}`, date), region), 'kms'), 'aws4_request');
  return mac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${digest}`).toString('hex') === signature;
}

function makePair(spec: string): KeyObject {
  if (spec === 'ECC_NIST_P256') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  if (spec === 'ECC_NIST_P384') return generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  if (spec === 'ECC_NIST_EDWARDS25519') return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('rsa', { modulusLength: Number(spec.replace('RSA_', '')) }).privateKey;
}

function refuse(type: string): WebAnswer {
  return { status: 400, body: { __type: type, message: `${type} of the double` } };
}
