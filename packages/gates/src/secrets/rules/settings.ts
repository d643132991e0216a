import { type FileReader, type Found, rulesOf, type SecretRule, type View } from '../detector.ts';
import { placeKindOf } from '../place-kind.ts';
import { isPlaceholder } from '../plausible.ts';
import { linesOf } from './accounts.ts';

export const settingsRules = rulesOf({
  'mqtt-password': {
    severity: 'high',
    guessable: true,
    why: 'Whoever has the image can speak to the broker as every device.',
  },
  'settings-password': {
    severity: 'high',
    guessable: true,
    why: 'A password in a settings file is the same on all devices, and known to all who have the image.',
  },
  'settings-secret': {
    severity: 'high',
    guessable: true,
    why: 'A secret in a settings file is the same on all devices, and known to all who have the image.',
  },
  'login-file': { severity: 'high', guessable: true, why: 'A file of logins for other machines.' },
  'htpasswd-hash': {
    severity: 'medium',
    guessable: true,
    why: 'All devices have one web password, and whoever has the image can try to find it.',
  },
});

const fileBytes = 1_048_576;
const lineCharacters = 300;
const passwordNames = 'password|passwd|passphrase|passcode|pwd';
const secretNames =
  'secret|api_?key|access_?token|auth_?token|client_?secret|secret_?key|private_?token|bearer_?token|device_?token';
// A name, up to some more letters of it, a separator, a value in quotes or up to the next space.
const assignment = new RegExp(
  `(?:${passwordNames}|${secretNames})([\\w.-]{0,16})["']?[ \\t]{0,8}(?:=>|:=|[:=])[ \\t]{0,8}("[^"\\r\\n]{0,300}"|'[^'\\r\\n]{0,300}'|[^\\s"',;#(){}\\[\\]]{1,300})`,
  'gi',
);
// Spaces between name and value: UCI, mosquitto, OpenVPN's and PPP's settings.
const spaced = new RegExp(
  `(?:^|\\n)[ \\t]{0,16}(?:option[ \\t]{1,4}|set[ \\t]{1,4})?[\\w.-]{0,30}(?:${passwordNames}|secret)[ \\t]{1,8}("[^"\\r\\n]{1,200}"|'[^'\\r\\n]{1,200}'|[^\\s"'#=:]{4,200})[ \\t]{0,8}(?=\\r|\\n|$)`,
  'gi',
);
const element = new RegExp(
  `<[\\w:.-]{0,40}(?:${passwordNames}|${secretNames})[\\w.-]{0,10}>([^<>\\r\\n]{4,200})</`,
  'gi',
);

/** Which services know accounts (`passwd: files`). @source nsswitch.conf(5) */
const serviceLists = /(?:^|\/)nsswitch\.conf$/;

const settings: FileReader = {
  reads: (path) => placeKindOf(path) === 'settings' && !serviceLists.test(path),
  read: (view) => {
    const text = view.bytes.toString('latin1', 0, fileBytes);
    if (text.slice(0, 4_096).includes('\0')) return [];
    const found = [...text.matchAll(assignment)].map((match) => fromMatch(view, match, match[2]));
    if (/(?:^|\/)(?:config|mosquitto[^/]*|conf\.d|ppp|openvpn)\//.test(view.path) || /mosquitto/.test(view.path)) {
      found.push(...[...text.matchAll(spaced)].map((match) => fromMatch(view, match, match[1])));
    }
    if (/\.xml$/i.test(view.path))
      found.push(...[...text.matchAll(element)].map((match) => fromMatch(view, match, match[1])));
    return found.filter((each) => each !== undefined);
  },
};

function fromMatch(view: View, match: RegExpExecArray, quoted: string | undefined): Found | undefined {
  const value = quoted?.replace(/^(["'])(.*)\1$/, '$2') ?? '';
  const line = lineUpTo(view, match);
  if (/^\s*(?:#|\/\/|;|!|\*|--)/.test(line) || quoted === undefined) return undefined;
  const nameStart = /[\w.-]{0,60}$/.exec(line.slice(0, Math.max(0, line.length - match[0].length)))?.[0] ?? '';
  const name = (nameStart + (/^[\s\w.-]+/.exec(match[0])?.[0] ?? '')).trim();
  const isPassword = new RegExp(passwordNames, 'i').test(name);
  if (isNoSecretName(name) || !(isPassword ? canBePassword(value) : isMachineSecret(value))) return undefined;
  const end = match.index + match[0].length;
  return { rule: ruleFor(view.path, name, isPassword), at: end - quoted.length, end, secret: value, note: name };
}

/** The line as far as the end of the match, and not endlessly. */
function lineUpTo(view: View, match: RegExpExecArray): string {
  const before = view.bytes.toString('latin1', Math.max(0, match.index - lineCharacters), match.index);
  return before.slice(before.lastIndexOf('\n') + 1) + match[0].replace(/^\n/, '');
}

function ruleFor(path: string, name: string, isPassword: boolean): SecretRule {
  if (isPassword && /mqtt|mosquitto|broker|bridge/i.test(`${path} ${name}`)) return settingsRules['mqtt-password'];
  return settingsRules[isPassword ? 'settings-password' : 'settings-secret'];
}

/** Names of what is about passwords, and is none: files, lengths, prompts, policies, hash schemes. */
function isNoSecretName(name: string): boolean {
  return /(?:file|path|dir|name|length|len|min|max|age|days|retries|retry|count|prompt|policy|algo\w*|scheme|hash|type|expir\w*|timeout|enabled?|required|encryption|auth|command|cmd|url|uri|field|label|title|hint|change|warn|history|quality|reset|method|id|mode|agent|service|store|lookup|ask|check|store|ref|from|format|size|salt|rounds)s?$/i.test(
    name.replaceAll(/["'\s]/g, ''),
  );
}

function canBePassword(value: string): boolean {
  if (value.length < 4 || value.length > 200 || !/^[\x20-\x7e]+$/.test(value) || isPlaceholder(value)) return false;
  if (/^[/~.]|^\w+:\/\/|^(?:0x|0[0-7]*$)|^\w+\(|^\$|^%|^[!*]+$/.test(value) || /^[a-z]+(?:\.[a-z]+)+$/i.test(value))
    return false;
  return true;
}

function isMachineSecret(value: string): boolean {
  return canBePassword(value) && value.length >= 12 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/\s/.test(value);
}

/** `machine … login … password …`: @source ftp(1), .netrc */
const netrc: FileReader = {
  reads: (path) => /(?:^|\/)[._]?netrc$/.test(path),
  read: (view) => {
    const text = view.bytes.toString('latin1', 0, fileBytes);
    const found: Found[] = [];
    for (const match of text.matchAll(/\bpassword\s{1,8}(\S{1,200})/g)) {
      const secret = match[1] ?? '';
      if (isPlaceholder(secret)) continue;
      const end = match.index + match[0].length;
      found.push({ rule: settingsRules['login-file'], at: end - secret.length, end, secret, note: 'netrc' });
    }
    return found;
  },
};

/** Fields by colons, the last the password: @source PostgreSQL §34.16; PPP and OpenVPN keep them in columns */
const columns: FileReader = {
  reads: (path) => /(?:^|\/)(?:\.pgpass|pgpass\.conf|(?:chap|pap)-secrets)$/.test(path),
  read: (view) => {
    const found: Found[] = [];
    for (const { at, text } of linesOf(view.bytes)) {
      if (text.trimStart().startsWith('#')) continue;
      const isPostgres = /pgpass/.test(view.path);
      const match = isPostgres
        ? /^(?:[^:\\]|\\.){1,255}:[^:]{1,10}:(?:[^:\\]|\\.){1,128}:(?:[^:\\]|\\.){1,128}:(.{1,200})$/.exec(text)
        : /^\s{0,8}\S{1,100}\s{1,40}\S{1,100}\s{1,40}["']?([^\s"']{1,200})/.exec(text);
      const secret = match?.[1];
      if (secret === undefined || isPlaceholder(secret) || secret === '*') continue;
      found.push({
        rule: settingsRules['login-file'],
        at,
        end: at + text.length,
        secret,
        note: isPostgres ? 'pgpass' : 'PPP',
      });
    }
    return found;
  },
};

/** What has no mark with dollars, which the detector of hashes sees: SHA-1 in base64, DES. */
const htpasswd: FileReader = {
  reads: (path) => /(?:^|\/)\.?htpasswd[^/]*$|\.htpasswd$|(?:^|\/)httpd\.conf$/.test(path),
  read: (view) => {
    const found: Found[] = [];
    for (const { at, text } of linesOf(view.bytes)) {
      const match = /^([A-Za-z0-9_/][\w.@/-]{0,63}):(\{SHA\}[A-Za-z0-9+/]{27}=|[A-Za-z0-9./]{13})$/.exec(text);
      if (match?.[2] === undefined) continue;
      found.push({
        rule: settingsRules['htpasswd-hash'],
        at,
        end: at + text.length,
        secret: match[2],
        note: `user ${match[1]}`,
      });
    }
    return found;
  },
};

export const settingsReaders: readonly FileReader[] = [settings, netrc, columns, htpasswd];
