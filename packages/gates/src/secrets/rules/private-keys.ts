import { sequenceBefore } from '../der.ts';
import { type Detector, type Found, rulesOf, type View } from '../detector.ts';
import { type PemBlock, pemCharacters, readPem, unquoted } from '../pem.ts';
import { entropyOf, isKeyMaterial } from '../plausible.ts';
import { readPrivateKey } from '../private-key.ts';
import { readCertificate } from './certificates.ts';

export const privateKeyRules = rulesOf({
  'private-key-pem': { severity: 'critical', why: 'Whoever has the image has the private key.' },
  'private-key-der': {
    severity: 'critical',
    why: 'Whoever has the image has the private key, which lies in its bytes.',
  },
  'private-key-encrypted': {
    severity: 'medium',
    why: 'An encrypted private key is as strong as its passphrase, which a device has to know, too.',
  },
  'ssh-private-key': { severity: 'critical', why: 'Whoever has the image can log in wherever this key is let in.' },
  'ssh-host-key': {
    severity: 'critical',
    perDevice: true,
    why: 'All devices show the same host key, so that each of them can play every other one.',
  },
  'putty-private-key': { severity: 'critical', why: 'Whoever has the image can log in wherever this key is let in.' },
  'pgp-private-key': { severity: 'critical', why: 'Whoever has the image can sign and decrypt with this key.' },
  'age-secret-key': { severity: 'critical', why: 'Whoever has the image can decrypt what was encrypted to this key.' },
  'gcp-service-account': { severity: 'critical', why: 'The key of a service account opens everything that it may do.' },
});

const sshMagic = 'openssh-key-v1\0';
const hostKeyPath = /(?:^|\/)(?:ssh_host_[a-z0-9_]*key|dropbear_[a-z0-9]+_host_key)(?:\.[a-z]+)?$/;

const pem: Detector = {
  literals: ['-----BEGIN '],
  inUtf16: true,
  longest: 16_384,
  read: (view, at) => readBlock(view, { at, text: view.bytes.toString('latin1', at, at + pemCharacters) }),
};

/** Base64 of a whole PEM file, as in Kubernetes' and cloud-init's files. */
const wrappedPem: Detector = {
  literals: ['LS0tLS1CRUdJTi'],
  inUtf16: false,
  reach: 32_768,
  read: (view, at) => {
    const text = view.bytes.toString('latin1', at, at + pemCharacters * 1.4);
    const base64 = /^(?:[A-Za-z0-9+/]+[\r\n \t]{0,12})+/.exec(text)?.[0] ?? '';
    const found = readBlock(view, { at, text: Buffer.from(base64, 'base64').toString('latin1') });
    return found === undefined ? undefined : { ...found, end: at + base64.length };
  },
};

function readBlock(view: View, { at, text }: { at: number; text: string }): Found | undefined {
  const block = readPem(text);
  if (block === undefined) return undefined;
  const end = at + block.length;
  if (block.label === 'CERTIFICATE' || block.label === 'TRUSTED CERTIFICATE')
    return view.placeKind === 'documentation' ? undefined : readCertificate(block.body, { at, end });
  if (block.label === 'OPENSSH PRIVATE KEY') return sshKey(view, block, { at, end });
  if (block.label === 'PGP PRIVATE KEY BLOCK') return pgpKey(block, { at, end });
  if (!block.label.endsWith('PRIVATE KEY')) return undefined;
  if (block.headers.includes('ENCRYPTED')) return encryptedOld(block, { at, end });
  const key = readPrivateKey(block.body, 0);
  if (key === undefined) return undefined;
  const secret = block.body.subarray(key.from, key.to);
  const rule = key.encrypted ? 'private-key-encrypted' : pemRule(view, at);
  return { rule: privateKeyRules[rule], at, end, secret, note: key.algorithm };
}

function pemRule(view: View, at: number): 'ssh-host-key' | 'gcp-service-account' | 'private-key-pem' {
  if (hostKeyPath.test(view.path)) return 'ssh-host-key';
  const before = view.bytes.toString('latin1', Math.max(0, at - 400), at);
  return /"private_key" ?: ?"$/.test(before) && before.includes('private_key_id')
    ? 'gcp-service-account'
    : 'private-key-pem';
}

interface Range {
  readonly at: number;
  readonly end: number;
}

/** @source OpenSSH PROTOCOL.key: magic, cipher, key derivation, its options, number of keys */
function sshKey(view: View, { body }: PemBlock, range: Range): Found | undefined {
  if (body.toString('latin1', 0, sshMagic.length) !== sshMagic) return undefined;
  const cipherLength = body.length >= 40 ? body.readUInt32BE(sshMagic.length) : 0;
  if (cipherLength < 3 || cipherLength > 40 || body.length < 100) return undefined;
  const cipher = body.toString('latin1', sshMagic.length + 4, sshMagic.length + 4 + cipherLength);
  const isHostKey = hostKeyPath.test(view.path);
  const rule = cipher !== 'none' ? 'private-key-encrypted' : isHostKey ? 'ssh-host-key' : 'ssh-private-key';
  return {
    rule: privateKeyRules[rule],
    ...range,
    secret: body,
    note: cipher === 'none' ? 'OpenSSH' : `OpenSSH, ${cipher}`,
  };
}

/** The first packet is a secret key's: tag 5, version 3 to 6. @source RFC 9580 §4.2, §5.5.1.3 */
function pgpKey({ body }: PemBlock, range: Range): Found | undefined {
  const first = body[0] ?? 0;
  const isSecretKey = first === 0xc5 || (first & 0xfc) === 0x94;
  const versionAt = first === 0xc5 ? 1 + newLengthBytes(body[1] ?? 0) : 1 + ([1, 2, 4, 0][first & 3] ?? 0);
  const version = body[versionAt] ?? 0;
  if (!isSecretKey || body.length < 64 || version < 3 || version > 6) return undefined;
  return { rule: privateKeyRules['pgp-private-key'], ...range, secret: body, note: `OpenPGP, version ${version}` };
}

function newLengthBytes(first: number): number {
  return first < 192 ? 1 : first < 224 ? 2 : first === 255 ? 5 : 1;
}

function encryptedOld({ body }: PemBlock, range: Range): Found | undefined {
  if (body.length < 64 || body.length % 8 !== 0 || entropyOf(body) < 5) return undefined;
  return { rule: privateKeyRules['private-key-encrypted'], ...range, secret: body, note: 'encrypted by OpenSSL' };
}

/** Versions and what follows them, as they stand behind the head of the outer SEQUENCE. */
const derStarts = [
  '02010030',
  '02010130',
  '0201000282',
  '0201000281',
  '0201000241',
  '020101041c',
  '0201010420',
  '0201010430',
  '0201010441',
  '0201010442',
];

const der: Detector = {
  literals: derStarts.map((hex) => Buffer.from(hex, 'hex')),
  inUtf16: false,
  read: (view, content) => {
    const at = sequenceBefore(view.bytes, content)?.at;
    const key = at === undefined ? undefined : readPrivateKey(view.bytes, at);
    if (key === undefined || key.encrypted) return undefined;
    const secret = view.bytes.subarray(key.from, key.to);
    return { rule: privateKeyRules['private-key-der'], at: key.from, end: key.to, secret, note: key.algorithm };
  },
};

const encryptedDer: Detector = {
  literals: [Buffer.from('06092a864886f70d01050d', 'hex')],
  inUtf16: false,
  read: (view, oid) => {
    const identifier = sequenceBefore(view.bytes, oid);
    const at = identifier === undefined ? undefined : sequenceBefore(view.bytes, identifier.at)?.at;
    const key = at === undefined ? undefined : readPrivateKey(view.bytes, at);
    if (!key?.encrypted) return undefined;
    const secret = view.bytes.subarray(key.from, key.to);
    return { rule: privateKeyRules['private-key-encrypted'], at: key.from, end: key.to, secret, note: 'PKCS#8' };
  },
};

/** @source PuTTY manual, appendix C */
const putty: Detector = {
  literals: ['PuTTY-User-Key-File-'],
  inUtf16: true,
  reach: 16_384,
  longest: 8_192,
  read: (view, at) => {
    const text = unquoted(view.bytes.toString('latin1', at, at + pemCharacters)).replace(/\n\s*/g, '\n');
    const head =
      /^PuTTY-User-Key-File-[123]: ([a-z0-9-]{3,40})\n(?:[A-Z][A-Za-z-]*: [^\n]{0,200}\n|[A-Za-z0-9+/=]{1,100}\n){2,200}?Private-Lines: \d{1,3}\n([A-Za-z0-9+/=\n]{20,16000})/.exec(
        text,
      );
    if (head === null) return undefined;
    const secret = Buffer.from(head[2] ?? '', 'base64');
    const encrypted = !/^Encryption: none$/m.test(head[0]);
    if (!isKeyMaterial(secret)) return undefined;
    const rule = privateKeyRules[encrypted ? 'private-key-encrypted' : 'putty-private-key'];
    return { rule, at, end: at + head[0].length, secret, note: `PuTTY, ${head[1]}` };
  },
};

const age: Detector = {
  literals: ['AGE-SECRET-KEY-1'],
  inUtf16: true,
  read: (view, at) => {
    const secret = /^AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}(?![A-Z0-9])/.exec(
      view.bytes.toString('latin1', at, at + 80),
    )?.[0];
    if (secret === undefined || entropyOf(secret.slice(16)) < 3.5) return undefined;
    return { rule: privateKeyRules['age-secret-key'], at, end: at + secret.length, secret };
  },
};

export const privateKeyDetectors: readonly Detector[] = [pem, wrappedPem, der, encryptedDer, putty, age];
