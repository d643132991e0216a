const placeholderParts = [
  ...['example', 'placeholder', 'changeme', 'change_me', 'change-me', 'replace', 'redacted', 'dummy', 'sample'],
  ...[
    'your_',
    'your-',
    'your ',
    'yourpass',
    'yourkey',
    'yourtoken',
    'yoursecret',
    'insert',
    'xxxx',
    '****',
    '....',
    '----',
  ],
  ...['abcdefgh', '12345678901', 'deadbeef', 'notasecret', 'not_a_secret', 'fixme', 'todo', 'hunter2', 'mypassword'],
];
const placeholderWords = new Set([
  ...['password', 'passwd', 'passphrase', 'pass', 'pwd', 'secret', 'token', 'key', 'user', 'username', 'login', 'psk'],
  ...[
    'none',
    'null',
    'nil',
    'undefined',
    'true',
    'false',
    'yes',
    'no',
    'on',
    'off',
    'auto',
    'default',
    'string',
    'text',
  ],
  ...['ask', 'required', 'optional', 'unset', 'empty', 'foobar', 'foo', 'bar', 'baz', 'test', 'disabled', 'enabled'],
  ...['prompt', 'plain', 'file', 'env', 'mypass', 'mysecret', 'very secret passphrase', 'my_password', 'pa55word'],
]);
const templateSigns = ['${', '$(', '{{', '}}', '%(', '%s', '%d', '%@', '<', '>', '@@', '[[', '`', '\\'];

/** Whether a value only holds the place of a secret: a template's variable, an instruction, a word of documentation. */
export function isPlaceholder(value: string): boolean {
  const lower = value.toLowerCase();
  if (placeholderWords.has(lower) || new Set(lower).size < 3) return true;
  if (placeholderParts.some((part) => lower.includes(part))) return true;
  if (/^\$[a-z_]/i.test(value) || /^%[a-z_]+%$/i.test(value) || /^@[a-z_]+@$/i.test(value) || /^__.*__$/.test(value))
    return true;
  return templateSigns.some((sign) => value.includes(sign));
}

/** Shannon's entropy of the characters, in bits per character: 0 to 8. */
export function entropyOf(value: string | Uint8Array): number {
  const counts = new Map<string | number, number>();
  for (const each of value) counts.set(each, (counts.get(each) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** Whether a token that a machine made looks random: as its length and alphabet allow, and no placeholder. */
export function looksRandom(value: string): boolean {
  const possible = Math.min(Math.log2(value.length), /[0-9a-f]{16}$/i.test(value) ? 4 : 6);
  return entropyOf(value) >= possible * 0.7 && !isPlaceholder(value) && !hasLongRun(value);
}

/** Six characters that follow each other up, or are the same. */
function hasLongRun(value: string): boolean {
  let [up, same] = [1, 1];
  for (let i = 1; i < value.length; i += 1) {
    const step = value.charCodeAt(i) - value.charCodeAt(i - 1);
    up = step === 1 ? up + 1 : 1;
    same = step === 0 ? same + 1 : 1;
    if (up >= 6 || same >= 6) return true;
  }
  return false;
}

/** Whether key material can be real: as many different bytes as chance gives, half of them high, none of it counting up. */
export function isKeyMaterial(bytes: Uint8Array): boolean {
  const expected = 256 * (1 - (255 / 256) ** bytes.length);
  let [high, steps] = [0, 0];
  for (let i = 0; i < bytes.length; i += 1) {
    if ((bytes[i] ?? 0) > 0x7f) high += 1;
    if (i > 0 && (bytes[i] ?? 0) - (bytes[i - 1] ?? 0) === 1) steps += 1;
  }
  return new Set(bytes).size >= expected * 0.75 && high >= bytes.length * 0.1 && steps < bytes.length / 4;
}
