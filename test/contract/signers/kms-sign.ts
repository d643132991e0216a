import { execFileSync } from 'node:child_process';
import { type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const largestRawBytes = 4_096;
const digestBytes = 32;
const pss = ['-pkeyopt', 'rsa_padding_mode:pss', '-pkeyopt', 'rsa_pss_saltlen:32'];

/** What KMS answers to Sign: the signature, or the type of its refusal. */
export function signAsKms(spec: string, key: KeyObject, asked: Readonly<Record<string, unknown>>): Buffer | string {
  const { MessageType: kind, SigningAlgorithm: algorithm } = asked;
  const message = Buffer.from(String(asked.Message), 'base64');
  if (message.length > largestRawBytes) return 'ValidationException';
  if (spec === 'ECC_NIST_EDWARDS25519') {
    return algorithm === 'ED25519_SHA_512' && kind === 'RAW' ? sign(null, message, key) : 'ValidationException';
  }
  if (kind !== 'DIGEST' || message.length !== digestBytes) return 'ValidationException';
  if (spec === 'ECC_NIST_P256' && algorithm === 'ECDSA_SHA_256') return signDigest(key, message, []);
  if (spec.startsWith('RSA_') && algorithm === 'RSASSA_PSS_SHA_256') return signDigest(key, message, pss);
  return 'InvalidKeyUsageException';
}

// By openssl, as node:crypto hashes whatever it is given.
function signDigest(key: KeyObject, digest: Buffer, options: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-kms-'));
  try {
    writeFileSync(join(folder, 'key'), key.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    writeFileSync(join(folder, 'digest'), digest);
    const args = ['pkeyutl', '-sign', '-inkey', 'key', '-in', 'digest', '-pkeyopt', 'digest:sha256', ...options];
    return execFileSync('openssl', args, { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
