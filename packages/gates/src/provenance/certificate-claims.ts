import type { Signer } from '@sigstore/verify';

/** What a certificate of a Sigstore instance says of the build. @source Fulcio, OID information */
export interface CertificateClaims {
  readonly issuer?: string;
  /** The workflow that really ran, with its ref. */
  readonly buildSigner?: string;
  readonly runner?: string;
  readonly repository?: string;
  readonly commit?: string;
  readonly ref?: string;
  readonly repositoryId?: string;
  readonly ownerId?: string;
  readonly run?: string;
}

const prefix = [1, 3, 6, 1, 4, 1, 57264, 1].join('.');
const claimOf: Readonly<Record<string, keyof CertificateClaims>> = {
  [`${prefix}.8`]: 'issuer',
  [`${prefix}.9`]: 'buildSigner',
  [`${prefix}.11`]: 'runner',
  [`${prefix}.12`]: 'repository',
  [`${prefix}.13`]: 'commit',
  [`${prefix}.14`]: 'ref',
  [`${prefix}.15`]: 'repositoryId',
  [`${prefix}.17`]: 'ownerId',
  [`${prefix}.21`]: 'run',
};

/** The claims of a verified signer; one that is there twice or is no UTF8String is as if it were not there. */
export function claimsOf({ identity }: Signer): CertificateClaims {
  const claims: { -readonly [K in keyof CertificateClaims]: CertificateClaims[K] } = {};
  const twice = new Set<keyof CertificateClaims>();
  for (const { oid, value } of identity?.oids ?? []) {
    const name = claimOf[oid?.id.join('.') ?? ''];
    if (!name) continue;
    const text = utf8String(value);
    if (name in claims || twice.has(name)) twice.add(name);
    else if (text !== undefined) claims[name] = text;
  }
  for (const name of twice) delete claims[name];
  return claims;
}

/** Decodes a DER UTF8String that fills the whole value. @source X.690 §8.1.3, tag 12 */
function utf8String(der: Uint8Array): string | undefined {
  const [tag, first = 0xff] = der;
  if (tag !== 0x0c) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 2) return undefined;
  let length = first;
  if (lengthBytes > 0) {
    length = 0;
    for (const byte of der.subarray(2, 2 + lengthBytes)) length = length * 256 + byte;
  }
  const body = der.subarray(2 + lengthBytes);
  return body.length === length ? Buffer.from(body).toString('utf8') : undefined;
}
