import { sequenceBefore } from '../der.ts';
import { type Detector, type Found, rulesOf } from '../detector.ts';

export const keystoreRules = rulesOf({
  'keystore-pkcs12': {
    severity: 'high',
    why: 'A PKCS#12 file with a private key is as strong as a password that a device has to know, too.',
  },
  'keystore-java': {
    severity: 'high',
    why: 'A Java keystore with a private key is as strong as its password, often `changeit`.',
  },
});

// pkcs-12 keyBag and pkcs8ShroudedKeyBag: RFC 7292 §4.2
const keyBags = ['060b2a864886f70d010c0a0101', '060b2a864886f70d010c0a0102'].map((hex) => Buffer.from(hex, 'hex'));
const dataContents = Buffer.from('06092a864886f70d010701', 'hex');

/** PFX: version 3, then ContentInfo of type data. A file of certificates alone has no key bag. */
const pkcs12: Detector = {
  literals: [Buffer.from('0201033082', 'hex'), Buffer.from('0201033081', 'hex')],
  inUtf16: false,
  reach: 16_384,
  read: ({ bytes }, content) => {
    const whole = sequenceBefore(bytes, content);
    if (whole === undefined || bytes.subarray(content, content + 20).indexOf(dataContents) < 0) return undefined;
    const { at } = whole;
    const secret = bytes.subarray(at, whole.to);
    if (!keyBags.some((bag) => secret.includes(bag))) return undefined;
    return { rule: keystoreRules['keystore-pkcs12'], at, end: whole.to, secret };
  },
};

const mostEntries = 500;

/** Magic, version, number of entries; entries of tag 1 are keys. @source OpenJDK sun.security.provider.JavaKeyStore */
const java: Detector = {
  literals: [Buffer.from('feedfeed00000001', 'hex'), Buffer.from('feedfeed00000002', 'hex')],
  inUtf16: false,
  reach: 4_096,
  read: ({ bytes }, at) => {
    const isVersion2 = bytes[at + 7] === 2;
    let entry = at + 12;
    for (let count = 0; count < Math.min(numberAt(bytes, at + 8), mostEntries); count += 1) {
      const tag = numberAt(bytes, entry);
      // Tag, the name behind its length, the date.
      const content = entry + 6 + shortAt(bytes, entry + 4) + 8;
      if (tag === 1) return keyEntry(bytes, at, content);
      if (tag !== 2) return undefined;
      const length = isVersion2 ? content + 2 + shortAt(bytes, content) : content;
      entry = length + 4 + numberAt(bytes, length);
    }
    return undefined;
  },
};

function keyEntry(bytes: Buffer, at: number, content: number): Found | undefined {
  const from = content + 4;
  const end = from + numberAt(bytes, content);
  if (end > bytes.length || end - from < 64 || end - from > 32_768 || bytes[from] !== 0x30) return undefined;
  return { rule: keystoreRules['keystore-java'], at, end, secret: bytes.subarray(from, end) };
}

/** Beyond the end: a number that no entry has. */
function numberAt(bytes: Buffer, at: number): number {
  return at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0xffff_ffff;
}

function shortAt(bytes: Buffer, at: number): number {
  return at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0xffff;
}

export const keystoreDetectors: readonly Detector[] = [pkcs12, java];
