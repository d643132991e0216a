import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { WebAnswer } from './unsteady-server.ts';

export type TransitBody = Readonly<Record<string, unknown>>;

interface TransitKey {
  readonly type: string;
  readonly flags: Record<'exportable' | 'allow_plaintext_backup' | 'derived', boolean>;
  readonly versions: Map<number, KeyObject>;
  latest: number;
  leastDecryption: number;
  leastEncryption: number;
}

interface Found {
  readonly name: string;
  readonly key: TransitKey;
  readonly body: TransitBody;
}

/** The transit engine: keys with versions that sign and verify. */
export class TransitDouble {
  readonly keys = new Map<string, TransitKey>();

  answer(method: string, path: string, body: TransitBody): WebAnswer {
    const [area = '', name = '', act = ''] = path.split('/');
    if (area === 'keys' && act === '' && method !== 'GET') return this.#create(name, body);
    const key = this.keys.get(name);
    // Reading what is not there is 404 with an empty list, signing by it is a bad request.
    if (!key) return area === 'keys' ? refuse(404) : refuse(400, 'signing key not found');
    const found = { name, key, body };
    if (area === 'keys' && act === '') return { status: 200, body: { data: describe(found) } };
    if (area === 'keys' && act === 'rotate') return rotate(key);
    if (area === 'keys' && act === 'config') return configure(found);
    if (area === 'sign') return signAll(found, act);
    if (area === 'verify') return verifyOne(found, act);
    return refuse(404);
  }

  #create(name: string, body: TransitBody): WebAnswer {
    const type = String(body.type ?? 'aes256-gcm96');
    if (!makers[type]) return refuse(400, `unknown key type "${type}"`);
    if (this.keys.has(name)) return { status: 204 };
    const flags = {
      exportable: body.exportable === true,
      allow_plaintext_backup: body.allow_plaintext_backup === true,
      derived: body.derived === true,
    };
    const key = { type, flags, versions: new Map(), latest: 0, leastDecryption: 1, leastEncryption: 0 };
    rotate(key);
    this.keys.set(name, key);
    return { status: 200, body: { data: describe({ name, key, body }) } };
  }
}

const makers: Readonly<Record<string, () => KeyObject>> = {
  ed25519: () => generateKeyPairSync('ed25519').privateKey,
  'ecdsa-p256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'ecdsa-p384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  'rsa-2048': () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
  'rsa-3072': () => generateKeyPairSync('rsa', { modulusLength: 3_072 }).privateKey,
};

function describe({ name, key }: Found): unknown {
  const visible = [...key.versions].filter(([version]) => version >= key.leastDecryption);
  const shown = visible.map(([version, pair]) => [version, { public_key: publicText(key.type, pair), name: key.type }]);
  return {
    name,
    type: key.type,
    ...key.flags,
    deletion_allowed: false,
    latest_version: key.latest,
    min_decryption_version: key.leastDecryption,
    min_encryption_version: key.leastEncryption,
    keys: Object.fromEntries(shown),
    supports_signing: true,
  };
}

function publicText(type: string, pair: KeyObject): string {
  const spki = pair.export({ format: 'jwk' });
  if (type === 'ed25519') return Buffer.from(String(spki.x), 'base64url').toString('base64');
  return createPublicKey(pair).export({ format: 'pem', type: 'spki' }).toString();
}

function rotate(key: TransitKey): WebAnswer {
  key.latest++;
  const pair = makers[key.type]?.();
  if (pair) key.versions.set(key.latest, pair);
  return { status: 204 };
}

function configure({ key, body }: Found): WebAnswer {
  const { min_decryption_version: decryption, min_encryption_version: encryption } = body;
  if (typeof decryption === 'number') key.leastDecryption = decryption;
  if (typeof encryption === 'number') key.leastEncryption = encryption;
  return { status: 204 };
}

function signAll(found: Found, pathHash: string): WebAnswer {
  const { batch_input: batch } = found.body;
  if (!Array.isArray(batch)) {
    const one = signOne(found, pathHash);
    return typeof one === 'string' ? refuse(400, one) : { status: 200, body: { data: one } };
  }
  const results = batch.map((item: TransitBody) => {
    const one = signOne({ ...found, body: { ...found.body, ...item } }, pathHash);
    return { reference: item.reference ?? '', ...(typeof one === 'string' ? { error: one } : one) };
  });
  return { status: 200, body: { data: { batch_results: results } } };
}

function signOne({ key, body }: Found, pathHash: string): string | { signature: string; key_version: number } {
  const version = Number(body.key_version || key.latest);
  const pair = key.versions.get(version);
  const least = Math.max(key.leastEncryption, key.leastDecryption);
  if (!pair || version < least) return 'requested version for signing is less than the minimum encryption key version';
  if (typeof body.input !== 'string') return 'unable to decode input as base64: missing';
  const hash = String(body.hash_algorithm ?? (pathHash || 'sha2-256'));
  if (hash !== 'sha2-256') return `unsupported hash algorithm "${hash}"`;
  if (body.prehashed === true) return 'the double does not sign digests';
  const bytes = rawSign(key.type, pair, { ...body, input: Buffer.from(body.input, 'base64') });
  const text = bytes.toString(body.marshaling_algorithm === 'jws' ? 'base64url' : 'base64');
  return { signature: `vault:v${version}:${text}`, key_version: version };
}

function rawSign(type: string, key: KeyObject, body: TransitBody & { input: Buffer }): Buffer {
  if (type === 'ed25519') return sign(null, body.input, key);
  if (type.startsWith('ecdsa')) {
    const dsaEncoding = body.marshaling_algorithm === 'jws' ? 'ieee-p1363' : 'der';
    return sign('sha256', body.input, { key, dsaEncoding });
  }
  return sign('sha256', body.input, { key, ...paddingOf(body, constants.RSA_PSS_SALTLEN_MAX_SIGN) });
}

// The default of Vault is PSS with the longest salt there is room for.
function paddingOf({ signature_algorithm: algorithm, salt_length: salt }: TransitBody, automatic: number) {
  if (algorithm === 'pkcs1v15') return { padding: constants.RSA_PKCS1_PADDING };
  const saltLength = salt === 'hash' ? 32 : /^\d+$/.test(String(salt)) ? Number(salt) : automatic;
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

function verifyOne({ key, body }: Found, pathHash: string): WebAnswer {
  const [, version, text = ''] = /^vault:v(\d+):(.+)$/.exec(String(body.signature)) ?? [];
  const pair = key.versions.get(Number(version));
  const input = Buffer.from(String(body.input), 'base64');
  if (!pair) return refuse(400, 'invalid signature: no such version');
  if ((pathHash || 'sha2-256') !== 'sha2-256') return refuse(400, 'unsupported hash algorithm');
  const isJws = body.marshaling_algorithm === 'jws';
  const signature = Buffer.from(text, isJws ? 'base64url' : 'base64');
  const hash = key.type === 'ed25519' ? null : 'sha256';
  const padding = key.type.startsWith('rsa') ? paddingOf(body, constants.RSA_PSS_SALTLEN_AUTO) : {};
  const options = {
    key: createPublicKey(pair),
    dsaEncoding: isJws ? ('ieee-p1363' as const) : ('der' as const),
    ...padding,
  };
  return { status: 200, body: { data: { valid: verify(hash, input, options, signature) } } };
}

function refuse(status: number, ...errors: string[]): WebAnswer {
  return { status, body: { errors } };
}
