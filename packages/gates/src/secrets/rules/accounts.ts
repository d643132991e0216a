import { type Detector, type FileReader, type Found, rulesOf, type View } from '../detector.ts';
import { isKeyMaterial } from '../plausible.ts';
import { privateKeyRules } from './private-keys.ts';

export const accountRules = rulesOf({
  'empty-password': { severity: 'critical', why: 'Anyone logs in without a password.' },
  'default-password': { severity: 'critical', why: 'The password is among those that are tried first.' },
  'password-hash': {
    severity: 'medium',
    guessable: true,
    why: 'All devices have one password, and whoever has the image can try to find it.',
  },
  'ssh-authorized-key': { severity: 'high', why: 'Whoever has the other half of this key can log in on every device.' },
});

/** A name, a colon, and a hash as crypt(3), Apache or mosquitto write it. */
const hashes: Detector = {
  literals: [':$1$', ':$5$', ':$6$', ':$y$', ':$7$', ':$2a$', ':$2b$', ':$2y$', ':$apr1$', ':$gy$', ':$argon2'],
  inUtf16: false,
  read: (view, colon) => {
    if (view.placeKind === 'documentation') return undefined;
    const user = /(?:^|[\n\0\r"'])([A-Za-z_][A-Za-z0-9_.@-]{0,63})$/.exec(
      view.bytes.toString('latin1', Math.max(0, colon - 65), colon),
    )?.[1];
    const value = /^:(\$[A-Za-z0-9]{1,9}\$[A-Za-z0-9./=+,$-]{20,300})(?=[:\s"'\0]|$)/.exec(
      view.bytes.toString('latin1', colon, colon + 320),
    )?.[1];
    if (user === undefined || value === undefined || !shapes.some((shape) => shape.test(value))) return undefined;
    return hashFound(view, { user, value, at: colon + 1 });
  },
};

const shapes: readonly RegExp[] = [
  /^\$(?:1|apr1)\$[^$]{1,8}\$[A-Za-z0-9./]{22}$/,
  /^\$5\$(?:rounds=\d+\$)?[^$]{1,16}\$[A-Za-z0-9./]{43}$/,
  // mosquitto's own: $6$ and $7$ with padded base64.
  /^\$6\$(?:rounds=\d+\$)?[^$]{1,16}\$[A-Za-z0-9./]{86}$/,
  /^\$6\$[A-Za-z0-9+/]{12,20}={0,2}\$[A-Za-z0-9+/]{86}==$/,
  /^\$7\$\d{1,7}\$[A-Za-z0-9+/]{12,90}={0,2}\$[A-Za-z0-9+/]{86}==$/,
  /^\$g?y\$[A-Za-z0-9./]{1,12}\$[A-Za-z0-9./]{1,90}\$[A-Za-z0-9./]{43}$/,
  /^\$2[aby]\$\d\d\$[A-Za-z0-9./]{53}$/,
  /^\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{20,}$/,
];

function hashFound(view: View, hash: { user: string; value: string; at: number }): Found | undefined {
  if (view.placeKind === 'documentation') return undefined;
  const end = hash.at + hash.value.length;
  return {
    rule: accountRules['password-hash'],
    at: hash.at,
    end,
    secret: hash.value,
    note: `user ${hash.user}`,
    password: hash,
  };
}

/** Accounts that anyone gets into, and hashes of DES, which have no mark. @source shadow(5), passwd(5) */
const accounts: FileReader = {
  reads: (path) => /(?:^|\/)etc\/(?:shadow|passwd|gshadow)(?:[-~.][\w.-]*)?$/.test(path),
  read: (view) => {
    const found: Found[] = [];
    const isShadow = view.path.includes('shadow');
    for (const { at, text } of linesOf(view.bytes)) {
      const [user, password] = text.split(':');
      if (user === undefined || password === undefined || !/^[A-Za-z_][A-Za-z0-9_.-]*\$?$/.test(user)) continue;
      if (text.split(':').length < (isShadow ? 3 : 7) || view.path.includes('gshadow')) continue;
      if (password === '') found.push(emptyFound(view.path, user, { at, end: at + text.length }));
      if (!/^[A-Za-z0-9./]{13}$/.test(password)) continue;
      const hash = hashFound(view, { user, value: password, at: at + user.length + 1 });
      if (hash !== undefined) found.push(hash);
    }
    return found;
  },
};

function emptyFound(path: string, user: string, range: { at: number; end: number }): Found {
  return { rule: accountRules['empty-password'], ...range, secret: `${path}:${user}:`, note: `user ${user}` };
}

const keyLine =
  /(?:^|[ ,"])((?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3}|sk-[a-z0-9-]{4,30}@openssh\.com) (AAAA[A-Za-z0-9+/]{40,6000}={0,2}))(?: |$)/;

const authorizedKeys: FileReader = {
  reads: (path) => /(?:^|\/)authorized_keys2?(?:\.d\/[^/]+)?$|(?:^|\/)etc\/ssh\/authorized[^/]*\/[^/]+$/.test(path),
  read: (view) => {
    const found: Found[] = [];
    for (const { at, text } of linesOf(view.bytes)) {
      const match = text.startsWith('#') ? null : keyLine.exec(text);
      const key = match?.[2];
      if (key === undefined) continue;
      found.push({
        rule: accountRules['ssh-authorized-key'],
        at,
        end: at + text.length,
        secret: Buffer.from(key, 'base64'),
      });
    }
    return found;
  },
};

/** Dropbear's own form: the type's name, then numbers, each behind its length. */
const dropbear: FileReader = {
  reads: (path) => /(?:^|\/)dropbear_[a-z0-9]+_host_key$|(?:^|\/)id_dropbear$/.test(path),
  read: ({ bytes, path }) => {
    const nameBytes = bytes.length >= 64 ? bytes.readUInt32BE(0) : 0;
    const name = bytes.toString('latin1', 4, 4 + Math.min(nameBytes, 40));
    if (
      !/^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3})$/.test(name) ||
      !isKeyMaterial(bytes.subarray(4 + nameBytes))
    )
      return [];
    const rule = privateKeyRules[path.endsWith('_host_key') ? 'ssh-host-key' : 'ssh-private-key'];
    return [{ rule, at: 0, end: bytes.length, secret: bytes, note: `Dropbear, ${name}` }];
  },
};

const longestLine = 16_384;

/** Lines with their offsets; what is longer than any line of these files is cut off. */
export function linesOf(bytes: Buffer): readonly { readonly at: number; readonly text: string }[] {
  const lines: { at: number; text: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = bytes.indexOf(10, at);
    const end = next < 0 ? bytes.length : next;
    const text = bytes.toString('latin1', at, Math.min(end, at + longestLine)).replace(/\r$/, '');
    if (text !== '') lines.push({ at, text });
    at = end + 1;
  }
  return lines;
}

export const accountDetectors: readonly Detector[] = [hashes];
export const accountReaders: readonly FileReader[] = [accounts, authorizedKeys, dropbear];
