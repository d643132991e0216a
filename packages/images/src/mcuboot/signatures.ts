import { verify } from 'node:crypto';
import type { ImageKeyKind, KeyRing, RingKey } from '../image-keys.ts';
import type { SignatureFinding, SignatureVerdict } from '../inspection.ts';
import { maxFieldBytes } from '../reading/bounds.ts';
import type { ImageReader, Sink } from '../reading/image-reader.ts';
import { StreamedCheck } from '../reading/streamed-check.ts';
import { tag } from './layout.ts';
import { isSignature, type Tag, type TagAreas } from './tags.ts';

/** A signature and what the image says about its key: tags of the key stand before the one of the signature. */
interface Signed {
  readonly type: number;
  readonly value: Buffer;
  readonly keyHint: string | null;
}

interface Candidate {
  readonly key: RingKey;
  isGood(): boolean;
}

export interface SignatureChecks {
  /** What wants to see the signed bytes. */
  readonly sinks: readonly Sink[];
  /** To be asked when the sinks have seen them. */
  finish(): SignatureFinding[];
}

const kinds: Readonly<Record<number, { algorithm: string; kinds: readonly ImageKeyKind[] }>> = {
  [tag.rsa2048]: { algorithm: 'rsa2048-pss-sha256', kinds: ['rsa2048'] },
  [tag.rsa3072]: { algorithm: 'rsa3072-pss-sha256', kinds: ['rsa3072'] },
  [tag.ecdsa]: { algorithm: 'ecdsa', kinds: ['p256', 'p384'] },
  [tag.ed25519]: { algorithm: 'ed25519', kinds: ['ed25519'] },
};

/**
 * Prepares the check of every signature of an image.
 * EC and RSA sign the bytes themselves, Ed25519 their digest, or the bytes where the tag 0x25 says so.
 * @param digest gives the digest of the signed bytes, once they were fed
 * @source MCUboot design, image format; the forms were compared with what openssl verifies
 */
export async function checkSignatures(
  reader: ImageReader,
  areas: TagAreas,
  options: { readonly ring: KeyRing; readonly digest: () => Buffer | undefined },
): Promise<SignatureChecks> {
  const isPure = areas.tags.some((one) => one.type === tag.pureSignature);
  const whole =
    isPure && areas.signedBytes <= maxFieldBytes ? await wholeMessage(reader, areas.signedBytes) : undefined;
  const message = () => (isPure ? whole : options.digest());
  const prepared = signedOf(areas.tags).map((signed) => {
    const keys = keysFor(signed, options.ring);
    return { signed, candidates: keys.map((key) => candidate(signed, key, message)) };
  });
  return {
    sinks: prepared.flatMap(({ candidates }) => candidates.flatMap((one) => (one instanceof Streamed ? [one] : []))),
    finish: () =>
      prepared.map(({ signed, candidates }) => {
        const isUncheckable = signed.type === tag.ed25519 && candidates.length > 0 && message() === undefined;
        return isUncheckable ? finding(signed, undefined, 'unchecked') : judge(signed, candidates);
      }),
  };
}

/** The same for an image whose signed bytes cannot be seen, as they are encrypted. */
export function uncheckedSignatures(tags: readonly Tag[]): SignatureFinding[] {
  return signedOf(tags).map((signed) => finding(signed, undefined, 'unchecked'));
}

function signedOf(tags: readonly Tag[]): Signed[] {
  const all: Signed[] = [];
  let keyHint: string | null = null;
  for (const { type, data, isProtected } of tags) {
    if (type === tag.keyHash) keyHint = data.toString('hex', 0, 64);
    if (!isSignature(type) || isProtected) continue;
    all.push({ type, value: data, keyHint });
    keyHint = null;
  }
  return all;
}

function keysFor(signed: Signed, ring: KeyRing): readonly RingKey[] {
  const fitting = ring.filter((key) => kinds[signed.type]?.kinds.includes(key.kind));
  return signed.keyHint === null ? fitting : fitting.filter((key) => key.mcubootId === signed.keyHint);
}

function judge(signed: Signed, candidates: readonly Candidate[]): SignatureFinding {
  const good = candidates.find((one) => one.isGood());
  if (good) return finding(signed, good.key, 'ok');
  const named = signed.keyHint === null ? undefined : candidates[0]?.key;
  return finding(signed, named, named ? 'bad' : 'unknown-key');
}

function finding(signed: Signed, key: RingKey | undefined, verdict: SignatureVerdict): SignatureFinding {
  const algorithm = kinds[signed.type]?.algorithm ?? 'unknown';
  return { what: 'image', algorithm, keyId: key?.id ?? null, keyHint: signed.keyHint, verdict };
}

function candidate(signed: Signed, key: RingKey, message: () => Buffer | undefined): Candidate {
  if (signed.type === tag.ed25519) return { key, isGood: () => isGoodEd25519(key, message(), signed.value) };
  if (signed.type !== tag.ecdsa) return new Streamed(key, 'pss-32', signed.value);
  return new Streamed(key, 'der', withoutPadding(signed.value));
}

class Streamed extends StreamedCheck implements Candidate {
  readonly key: RingKey;

  constructor(key: RingKey, form: 'der' | 'pss-32', signature: Buffer) {
    super(key.key, { digest: key.kind === 'p384' ? 'sha384' : 'sha256', form }, signature);
    this.key = key;
  }
}

function isGoodEd25519(key: RingKey, message: Buffer | undefined, signature: Buffer): boolean {
  return message !== undefined && verify(null, message, key.key, signature);
}

// Older tools fill the tag with zeros up to the longest signature.
function withoutPadding(der: Buffer): Buffer {
  const length = 2 + (der[1] ?? 0);
  const isPadded = der.length > length && der.subarray(length).every((byte) => byte === 0);
  return isPadded ? der.subarray(0, length) : der;
}

// The one place where an image is in memory, up to 16 MiB of it: Ed25519 reads its message twice.
async function wholeMessage(reader: ImageReader, length: number): Promise<Buffer> {
  return await reader.bytes('The signed bytes', 0, length);
}
