import { constants, createHash, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { montgomeryNumbers, numberFromLittle, numberToLittle } from '../src/esp32/montgomery.ts';
import type { TestKey } from './keys.ts';

export interface Esp32Input {
  readonly chipId: number;
  readonly version: string;
  readonly secureVersion: number;
  /** Data after the descriptor of 256 bytes, and of a second segment. */
  readonly code: readonly [Uint8Array, Uint8Array];
  readonly hasHash: boolean;
}

/** Makes an unsigned image by ESP-IDF's layout. */
export function writeEsp32(input: Esp32Input): Buffer {
  const header = Buffer.alloc(24);
  header.set([0xe9, 2, 2, 0x20]);
  header.writeUInt32LE(0x40080000, 4);
  header.writeUInt16LE(input.chipId, 12);
  header.writeUInt8(input.hasHash ? 1 : 0, 23);
  const datas = [Buffer.concat([descriptor(input), input.code[0]]), Buffer.from(input.code[1])];
  const parts = datas.map((data, index) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(0x3c000000 + index * 0x1000000, 0);
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data]);
  });
  const plain = Buffer.concat([header, ...parts]);
  const image = Buffer.concat([plain, Buffer.alloc((plain.length | 15) + 1 - plain.length)]);
  const sum = datas.reduce((all, data) => data.reduce((one, byte) => one ^ byte, all), 0xef);
  image.writeUInt8(sum, image.length - 1);
  return input.hasHash ? Buffer.concat([image, createHash('sha256').update(image).digest()]) : image;
}

function descriptor({ version, secureVersion }: Esp32Input): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.writeUInt32LE(0xabcd5432, 0);
  bytes.writeUInt32LE(secureVersion, 4);
  bytes.write(version, 16, 'latin1');
  bytes.write('blinky', 48, 'latin1');
  bytes.write('12:00:00', 80, 'latin1');
  bytes.write('Jan  1 2026', 96, 'latin1');
  bytes.write('v5.4.1', 112, 'latin1');
  bytes.fill(0xab, 144, 176);
  return bytes;
}

/** Pads an image to 4 KiB and adds the sector with one signature of each key, as Secure Boot v2 wants it. */
export function signEsp32(image: Uint8Array, keys: readonly TestKey[]): Buffer {
  const padded = Buffer.alloc(Math.ceil(image.length / 4096) * 4096, 0xff);
  padded.set(image);
  const sector = Buffer.alloc(4096, 0xff);
  for (const [index, key] of keys.entries()) sector.set(signatureBlock(padded, key), index * 1216);
  return Buffer.concat([padded, sector]);
}

/** One block over everything before the sector. */
export function signatureBlock(signed: Uint8Array, key: TestKey): Buffer {
  const block = Buffer.alloc(1216);
  if (key.publicKey.asymmetricKeyType === 'rsa') writeRsa(block, signed, key);
  else writeEcdsa(block, signed, key);
  return sealBlock(block);
}

/** Writes the checksum of a block that was changed. */
export function sealBlock(block: Buffer): Buffer {
  block.writeUInt32LE(crc32(block.subarray(0, 1196)), 1196);
  return block;
}

function writeRsa(block: Buffer, signed: Uint8Array, { publicKey, privateKey }: TestKey): void {
  const modulus = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').reverse();
  const { rInverse, mPrime } = montgomeryNumbers(numberFromLittle(modulus));
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  block.set([0xe7, 2]);
  block.set(createHash('sha256').update(signed).digest(), 4);
  block.set(modulus, 36);
  block.writeUInt32LE(65_537, 420);
  block.set(numberToLittle(rInverse, 384), 424);
  block.writeUInt32LE(mPrime, 808);
  block.set(sign('sha256', signed, { key: privateKey, ...padding }).reverse(), 812);
}

function writeEcdsa(block: Buffer, signed: Uint8Array, { publicKey, privateKey }: TestKey): void {
  const isLong = publicKey.asymmetricKeyDetails?.namedCurve === 'secp384r1';
  const digest = isLong ? 'sha384' : 'sha256';
  const [length, keyAt] = isLong ? [48, 52] : [32, 36];
  const jwk = publicKey.export({ format: 'jwk' });
  const little = (text: string | undefined) => Buffer.from(text ?? '', 'base64url').reverse();
  const signature = sign(digest, signed, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  block.set([0xe7, 3, isLong ? 1 : 0]);
  block.set(createHash(digest).update(signed).digest(), 4);
  block.set([isLong ? 3 : 2, ...little(jwk.x), ...little(jwk.y)], keyAt);
  block.set(signature.subarray(0, length).reverse(), keyAt + 1 + 2 * length);
  block.set(signature.subarray(length).reverse(), keyAt + 1 + 3 * length);
}
