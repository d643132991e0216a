import { X509Certificate } from 'node:crypto';
import type { Instant } from '@fettle/model';
import { shown } from '../../core/shown.ts';

/** What is told of one certificate. */
export interface CertificateView {
  /** Hex SHA-256 of its DER. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** `rsa-2048`, `ec-prime256v1`, `ed25519`. */
  readonly key: string;
  readonly isWeakKey: boolean;
  /** The hash or scheme of its signature in lower case: `rsa-sha1`, `ecdsa-with-sha256`. */
  readonly signatureAlgorithm: string;
  readonly isWeakSignature: boolean;
  readonly isAuthority: boolean;
  /** Signed by its own key; nothing says who it is but itself. */
  readonly isSelfSigned: boolean;
}

const leastRsaBits = 2_048;
const weakCurves: ReadonlySet<string> = new Set(['secp112r1', 'secp128r1', 'secp160r1', 'secp192k1', 'prime192v1']);

/** Reads a certificate, PEM or DER; undefined when it is none. @source RFC 5280 */
export function readCertificate(bytes: Buffer): CertificateView | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    const [notBefore, notAfter] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
    if (!Number.isFinite(notBefore) || !Number.isFinite(notAfter)) return undefined;
    const algorithm = (certificate.signatureAlgorithm ?? 'unknown').toLowerCase();
    return {
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      subject: nameOf(certificate.subject),
      issuer: nameOf(certificate.issuer),
      serial: certificate.serialNumber.toLowerCase().slice(0, 64),
      notBefore,
      notAfter,
      ...keyOf(certificate),
      signatureAlgorithm: shown(algorithm, 64),
      isWeakSignature: /md[245]|sha-?1(?!\d)/.test(algorithm),
      isAuthority: certificate.ca,
      isSelfSigned: certificate.checkIssued(certificate) && certificate.subject === certificate.issuer,
    };
  } catch {
    // Bytes that only look like one are no certificate; OpenSSL's errors have many codes and no meaning here.
    return undefined;
  }
}

function nameOf(lines: string | undefined): string {
  return shown((lines ?? '').split('\n').join(', '), 300);
}

/** Keys of kinds that OpenSSL does not know are not weak, but unknown. */
function keyOf(certificate: X509Certificate): { readonly key: string; readonly isWeakKey: boolean } {
  try {
    const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = certificate.publicKey;
    if (type === 'ec') {
      const curve = details?.namedCurve ?? 'unknown';
      return { key: `ec-${curve}`, isWeakKey: weakCurves.has(curve) };
    }
    const bits = details?.modulusLength;
    if (bits === undefined) return { key: type, isWeakKey: false };
    return { key: `${type}-${bits}`, isWeakKey: bits < leastRsaBits };
  } catch {
    return { key: 'unknown', isWeakKey: false };
  }
}
