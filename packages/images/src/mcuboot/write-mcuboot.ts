import { constants, createHash, type KeyObject, verify } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { type ImageKeyKind, kindOf, mcubootId } from '../image-keys.ts';
import { maxFieldBytes } from '../reading/bounds.ts';
import { areaHeaderBytes, flag, headerBytes, mcubootMagic, plainAreaMagic, protectedAreaMagic, tag } from './layout.ts';

/** Something that signs with one key, be it in a file or in an HSM; a `Signer` of the trust package is one. */
export interface ImageSigner {
  readonly publicKey: { readonly key: KeyObject };
  /** Ed25519 over the message, ECDSA in DER or RSA-PSS (salt of 32 bytes) over its SHA-256. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export interface McubootInput {
  /** The program, at most 16 MiB. */
  readonly body: Uint8Array;
  /** `major.minor.revision`, or with `+build`: 255, 255, 65,535 and 4,294,967,295 at most. */
  readonly version: string;
  /** Anti-downgrade counter (0 to 4,294,967,295), part of the signed bytes; left out, there is none. */
  readonly counter?: number;
  /** Bytes before the body, 32 to 65,535: the linker script of the program says how many. 32 unless told. */
  readonly headerSize?: number;
  /** Where the boot loader copies the image to; 0 unless told. */
  readonly loadAddress?: number;
  /** Flags of the header, but not those of encryption, which is not done here; 0 unless told. */
  readonly flags?: number;
}

/**
 * Makes a signed image for MCUboot: header, body, protected tags, hash, hash of the key, signature.
 * What the signer gave is verified before it is used. Memory: the image once more.
 * @throws FettleError `invalid-input` for fields out of range and keys that MCUboot does not know,
 *   `too-large` for a body over 16 MiB, `signature-invalid` when the signature does not verify
 * @source MCUboot design, image format
 */
export async function writeMcuboot(input: McubootInput, signer: ImageSigner): Promise<Uint8Array> {
  const { key } = signer.publicKey;
  const signatureTag = signatureTagOf(key);
  if (input.body.length > maxFieldBytes) {
    const message = `An image may have a body of ${maxFieldBytes} bytes, not ${input.body.length}.`;
    throw new FettleError('too-large', message, { details: { limitBytes: maxFieldBytes } });
  }
  const protectedTags = input.counter === undefined ? [] : [entry(tag.securityCounter, u32(input.counter, 'counter'))];
  const protectedArea = area(protectedAreaMagic, protectedTags);
  const signed = Buffer.concat([header(input, protectedArea.length), input.body, protectedArea]);
  const digest = createHash('sha256').update(signed).digest();
  const message = key.asymmetricKeyType === 'ed25519' ? digest : signed;
  const signature = await signer.sign(message);
  if (!isGood(key, message, signature)) {
    throw new FettleError('signature-invalid', 'The signer gave a signature that its own public key does not verify.');
  }
  const plainTags = [
    entry(tag.sha256, digest),
    entry(tag.keyHash, Buffer.from(mcubootId(key), 'hex')),
    entry(signatureTag, signature),
  ];
  return Buffer.concat([signed, area(plainAreaMagic, plainTags)]);
}

const signatureTags: Readonly<Partial<Record<ImageKeyKind, number>>> = {
  ed25519: tag.ed25519,
  p256: tag.ecdsa,
  rsa3072: tag.rsa3072,
};

function signatureTagOf(key: KeyObject): number {
  const kind = kindOf(key);
  const signatureTag = kind && signatureTags[kind];
  if (signatureTag !== undefined) return signatureTag;
  throw new FettleError('invalid-input', 'MCUboot images are signed with Ed25519, ECDSA P-256 or RSA-3072 keys.');
}

function header(input: McubootInput, protectedBytes: number): Buffer {
  const size = input.headerSize ?? headerBytes;
  if (!Number.isInteger(size) || size < headerBytes || size > 0xffff) {
    throw new FettleError('invalid-input', `A header has ${headerBytes} to 65535 bytes, not ${size}.`);
  }
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(mcubootMagic, 0);
  u32(input.loadAddress ?? 0, 'load address').copy(bytes, 4);
  bytes.writeUInt16LE(size, 8);
  bytes.writeUInt16LE(protectedBytes, 10);
  bytes.writeUInt32LE(input.body.length, 12);
  u32(input.flags ?? 0, 'flags').copy(bytes, 16);
  if (((input.flags ?? 0) & (flag.aes128 | flag.aes256)) !== 0) {
    throw new FettleError(
      'invalid-input',
      'The flags say that the body is encrypted, but this writes plain images only.',
    );
  }
  writeVersion(bytes, input.version);
  return bytes;
}

function writeVersion(bytes: Buffer, version: string): void {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})(?:\+(\d{1,10}))?$/.exec(version);
  const [major, minor, revision, build] = (parts ?? []).slice(1).map((part) => Number(part ?? 0));
  const fits = (value: number | undefined, most: number): value is number => value !== undefined && value <= most;
  if (!fits(major, 0xff) || !fits(minor, 0xff) || !fits(revision, 0xffff) || !fits(build, 0xffffffff)) {
    const message = `Expected a version like 1.2.3 or 1.2.3+45 (at most 255.255.65535+4294967295), found "${version.slice(0, 80)}".`;
    throw new FettleError('invalid-input', message);
  }
  bytes.writeUInt8(major, 20);
  bytes.writeUInt8(minor, 21);
  bytes.writeUInt16LE(revision, 22);
  bytes.writeUInt32LE(build, 24);
}

function area(magic: number, entries: readonly Buffer[]): Buffer {
  if (entries.length === 0) return Buffer.alloc(0);
  const head = Buffer.alloc(areaHeaderBytes);
  head.writeUInt16LE(magic, 0);
  head.writeUInt16LE(
    entries.reduce((sum, one) => sum + one.length, areaHeaderBytes),
    2,
  );
  return Buffer.concat([head, ...entries]);
}

function entry(type: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(type, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}

function u32(value: number, what: string): Buffer {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new FettleError('invalid-input', `The ${what} is 0 to 4294967295, not ${value}.`);
  }
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function isGood(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    if (key.asymmetricKeyType === 'ed25519') return verify(null, message, key, signature);
    if (key.asymmetricKeyType === 'ec') return verify('sha256', message, key, signature);
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    return verify('sha256', message, { key, ...padding }, signature);
  } catch {
    return false;
  }
}
