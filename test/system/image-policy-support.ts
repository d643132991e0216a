import { createHash } from 'node:crypto';
import { writeMcuboot } from '@fettle/images';
import { componentName, deviceType, digest, fleetId, type Manifest } from '@fettle/model';
import { generateKeyPem, signerFromPem } from '@fettle/trust';
import type { TestServer } from './api-support.ts';

export const fleet = 'thermostat';
export const board = 'board-a';
export const component = 'rootfs';

/** Whose key signs images, and whose has no say. */
export const keyA = generateKeyPem();
export const keyB = generateKeyPem();

/** An image for MCUboot of this version, signed by one of them. */
export async function signedImage(
  version: string,
  { counter, by = keyA }: { readonly counter?: number; readonly by?: { readonly privateKeyPem: string } } = {},
): Promise<Buffer> {
  const body = Buffer.alloc(20_000, `program ${version}`);
  const input = { body, version, ...(counter === undefined ? {} : { counter }) };
  return Buffer.from(await writeMcuboot(input, signerFromPem(by.privateKeyPem)));
}

/** The same image with one byte of its program changed. */
export function flipped(image: Uint8Array): Buffer {
  const bytes = Buffer.from(image);
  bytes.writeUInt8(bytes.readUInt8(5_000) ^ 1, 5_000);
  return bytes;
}

/** Uploads an image, and says what its release would be. */
export async function upload({ client }: TestServer, version: string, bytes: Uint8Array): Promise<Manifest> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const open = async function* (offset: number) {
    yield bytes.subarray(offset);
  };
  await client.upload({ sha256, sizeBytes: bytes.length, open });
  const { counter } = await client.nextCounter({ fleet });
  const facts = { securityFloor: 0, allowDowngrade: false, mustPassThrough: false, requires: [], notes: '' };
  const place = { deviceType: deviceType(board), component: componentName(component) };
  const artifact = { ...place, kind: 'image', digest: digest(sha256), sizeBytes: bytes.length, hardware: [] } as const;
  return { fleet: fleetId(fleet), version, counter, ...facts, artifacts: [artifact] };
}

/** The policy of these tests: images for MCUboot, signed by key A. */
export function demandKeyA(changes: { readonly required?: boolean; readonly sameVersion?: boolean } = {}) {
  const rule = { component, deviceType: board, format: 'mcuboot', keys: [keyA.publicKeyPem], ...changes };
  return { fleet, rules: [rule] };
}
