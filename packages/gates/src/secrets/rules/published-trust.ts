import { createHash } from 'node:crypto';
import { readDer } from '../der.ts';
import { type Detector, rulesOf } from '../detector.ts';

export const publishedTrustRules = rulesOf({
  'published-verification-key': {
    severity: 'critical',
    why: 'Images are verified with a key whose private half anyone can download.',
  },
});

/** Public keys of which MCUboot publishes the private halves: SHA-256 of their DER, as boot loaders carry it. */
const published: Readonly<Record<string, string>> = {
  fc5701dc6135e1323847bdc40f04d2e5bee5833b23c29f93593d00018cfa9994: 'root-rsa-2048.pem of MCUboot',
  e30466f6b8470c1f29070b17f1e2d3e94d445e3f608087fdc711e4382bb538b6: 'root-ec-p256.pem of MCUboot',
  '6bcd1e16d80e5fe13a5307e6f1de8344c7e50e537d9962ce35ef6db5e642fae8': 'root-ec-p384.pem of MCUboot',
  c1907fa4eac7fae3840a78902b6f0710b037e9968e5c6274a12a28790c7d4e3c: 'root-ed25519.pem of MCUboot',
};

// RSAPublicKey with 2,048 bits (RFC 8017 §A.1.1); SubjectPublicKeyInfo of P-256, P-384 (RFC 5480) and Ed25519 (RFC 8410).
const starts = [
  '3082010a0282010100',
  '3059301306072a8648ce3d0201',
  '3076301006072a8648ce3d0201',
  '302a300506032b6570032100',
];

const publicKey: Detector = {
  literals: starts.map((hex) => Buffer.from(hex, 'hex')),
  inUtf16: false,
  read: ({ bytes }, at) => {
    const whole = readDer(bytes, at, bytes.length);
    if (whole === undefined) return undefined;
    const secret = bytes.subarray(at, whole.to);
    const note = published[createHash('sha256').update(secret).digest('hex')];
    return note === undefined
      ? undefined
      : { rule: publishedTrustRules['published-verification-key'], at, end: whole.to, secret, note };
  },
};

export const publishedTrustDetectors: readonly Detector[] = [publicKey];
