import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { bytesSource, type WalkedFile, type WalkResult } from '@fettle/images';
import { digest } from '@fettle/model';
import type { GateContext, GateReport } from '../../core/gate.ts';
import { beginSecrets, type SecretsSettings } from '../begin-secrets.ts';

export const lower = 'abcdefghijklmnopqrstuvwxyz';
export const alphanumeric = `${lower}${lower.toUpperCase()}0123456789`;
export const hexDigits = '0123456789abcdef';

/** Characters that look random and are the same in every run: no secret stands in these files. */
export function made(alphabet: string, length: number, seed = 'a'): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    for (const byte of createHash('sha512').update(`${seed} ${block}`).digest())
      text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}

export function madeBytes(length: number, seed = 'a'): Buffer {
  return Buffer.from(made(hexDigits, length * 2, seed), 'hex');
}

const layer = { id: 0, parent: null, format: 'squashfs', place: '', sizeBytes: 0 } as const;

export function fileOf(path: string, content: string | Uint8Array, isContainer = false): WalkedFile {
  const bytes = Buffer.from(content);
  return {
    ...{ layer, path, place: path, kind: 'file', mode: 0o644, userId: 0, groupId: 0, sizeBytes: bytes.length },
    ...{ sha256: createHash('sha256').update(bytes).digest('hex'), content: bytesSource(bytes), bytes, isContainer },
  };
}

export const context: GateContext = {
  candidate: {
    ...{ digest: digest('0'.repeat(64)), sizeBytes: 0, deviceType: 'gateway-2', component: 'rootfs' },
    ...{ fleet: 'gateways', version: '1.0.0' },
  },
  source: bytesSource(new Uint8Array(0)),
  now: 0,
};

export async function reportOn(
  files: readonly WalkedFile[],
  { settings = {}, problems = [] }: { settings?: SecretsSettings; problems?: WalkResult['problems'] } = {},
): Promise<GateReport> {
  const collector = beginSecrets(context, settings);
  for (const file of files) await collector.file?.(file);
  return collector.end({ layers: 1, entries: files.length, bytes: 0, problems });
}

/** One value of DER. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const short = body.length < 0x80 ? [body.length] : [0x81, body.length];
  const length = body.length < 0x100 ? short : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** A self-signed certificate of a CA with this common name. */
export function certificateOf(name: string, isCa = true): Buffer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const names = der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(name)))));
  const days = der(0x30, der(0x17, Buffer.from('260101000000Z')), der(0x17, Buffer.from('360101000000Z')));
  const constraints = der(0x30, Buffer.from('0603551d13', 'hex'), der(4, der(0x30, Buffer.from('0101ff', 'hex'))));
  const head = der(
    0x30,
    ...[Buffer.from('a003020102', 'hex'), der(2, Buffer.from('1234', 'hex')), algorithm, names, days, names],
    ...[publicKey.export({ format: 'der', type: 'spki' }), ...(isCa ? [der(0xa3, der(0x30, constraints))] : [])],
  );
  return der(0x30, head, algorithm, der(3, Buffer.alloc(1), sign('sha256', head, privateKey)));
}

/** Between BEGIN and END, in lines of 64 characters. */
export function armored(label: string, body: Uint8Array): string {
  const lines = Buffer.from(body).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
