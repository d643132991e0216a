import { X509Certificate } from 'node:crypto';
import { childrenOf, readDer, sequenceBefore } from '../der.ts';
import { type Detector, type Found, rulesOf } from '../detector.ts';

export const certificateRules = rulesOf({
  'test-ca': {
    severity: 'high',
    why: 'The key of a CA for tests or development is in many hands, and a device that trusts it trusts all of them.',
  },
  'test-certificate': { severity: 'medium', why: 'A certificate of tests, development or a manual identifies nobody.' },
});

// What people and programs write into the names of certificates that are not meant for devices in the field.
const testNames: readonly RegExp[] = [
  /\b(?:test|testing|dev|devel|development|staging|demo|dummy|sample|example|snakeoil|fake|insecure|untrusted|playground)[ _.-]?(?:only)?[ _.-]?(?:root|sub|intermediate|signing|provisioning|bundle|firmware|update|device|server|client)?[ _.-]?(?:ca|cert|certificate|certs|key|root|pki|authority|paa|pai|dac|org|organi[sz]ation|company|corp|inc|intermediate|signer)\b/i,
  /\b(?:ca|cert|certificate|certificate authority|root|pki|organi[sz]ation|company)[ _.-]{0,3}\(?(?:for )?(?:test|testing|tests|dev|development|demo|staging|example)\b/i,
  /\b(?:do not use|not for production|for (?:test|testing|development|demo)s? (?:purposes )?only|snake ?oil|ssl-cert-snakeoil)\b/i,
  /O ?= ?(?:Internet Widgits Pty Ltd|Default Company Ltd|Acme Co|Test Org|My Company|My Organization)$/im,
  /CN ?= ?(?:localhost|example\.(?:com|org|net)|.{0,60}\.example|.{0,60}\.example\.(?:com|org|net)|docker\.mender\.io|test\.mosquitto\.org|mosquitto\.org|.{0,60}\.test|changeme)$/im,
  /CN ?= ?(?:Matter|Chip) (?:Test|Dev(?:elopment)?)\b/im,
  /CN ?= ?Android Debug$/im,
];

/** Reads a certificate and looks at its names. */
export function readCertificate(body: Uint8Array, range: { at: number; end: number }): Found | undefined {
  const value = readDer(body, 0, body.length);
  // Head, algorithm, signature: what is not that never reaches the parser.
  if (value === undefined || childrenOf(body, value, 3)?.length !== 3) return undefined;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(body.subarray(0, value.to));
  } catch {
    return undefined;
  }
  const names = `${certificate.subject}\n${certificate.issuer}`;
  if (!testNames.some((name) => name.test(names))) return undefined;
  const rule = certificateRules[certificate.ca ? 'test-ca' : 'test-certificate'];
  const name =
    /CN=([^\n]{1,80})/.exec(certificate.subject)?.[1] ?? certificate.subject.slice(0, 80).replaceAll('\n', ', ');
  return { rule, ...range, secret: certificate.raw, note: name };
}

/** The version and the first byte of the serial number of X.509 v3, behind two heads of SEQUENCEs. @source RFC 5280 §4.1 */
const der: Detector = {
  literals: [Buffer.from('a00302010202', 'hex')],
  inUtf16: false,
  reach: 2_048,
  read: ({ bytes, placeKind }, content) => {
    const inner = sequenceBefore(bytes, content);
    const outer = inner === undefined ? undefined : sequenceBefore(bytes, inner.at);
    if (outer === undefined || placeKind === 'documentation') return undefined;
    return readCertificate(bytes.subarray(outer.at, outer.to), { at: outer.at, end: outer.to });
  },
};

export const certificateDetectors: readonly Detector[] = [der];
