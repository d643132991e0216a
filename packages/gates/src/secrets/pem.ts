/** A block between BEGIN and END lines, as it stands in text, in source code or in JSON. */
export interface PemBlock {
  readonly label: string;
  /** Header lines of old OpenSSL keys and of OpenPGP; empty for others. */
  readonly headers: string;
  readonly body: Buffer;
  /** Characters of the text that it takes. */
  readonly length: number;
}

/** Larger than RSA with 16,384 bits, and than most OpenPGP keys. */
export const pemCharacters = 32_768;
const opening = /^-----BEGIN ([A-Z0-9][A-Z0-9 ]{2,40})-----/;

/**
 * Reads the block at the beginning of `text`: line ends may be real, or written `\n` inside a string, lines may be quoted
 * one by one, indented, or all in one. What cannot be base64 ends the body.
 * @source RFC 7468 §2, RFC 1421 §4.6, RFC 9580 §6.2
 */
export function readPem(text: string): PemBlock | undefined {
  const [line, label] = opening.exec(text) ?? [];
  if (line === undefined || label === undefined) return undefined;
  const endAt = text.indexOf('-----', line.length);
  const lines = unquoted(text.slice(line.length, endAt < 0 ? pemCharacters : endAt));
  const headersEnd = /^\s*[A-Z][A-Za-z-]{2,30}: /.test(lines) ? endOfHeaders(lines) : 0;
  const base64 = /^[A-Za-z0-9+/]*={0,2}/.exec(lines.slice(headersEnd).replace(/[\s,;]/g, ''))?.[0] ?? '';
  const length = endAt < 0 ? line.length + base64.length : endAt;
  return { label, headers: lines.slice(0, headersEnd), body: Buffer.from(base64, 'base64'), length };
}

/** Behind the last line that has a colon. */
function endOfHeaders(lines: string): number {
  let at = 0;
  for (let count = 0; count < 40; count += 1) {
    const next = lines.indexOf('\n', at);
    if (next < 0) return at;
    const line = lines.slice(at, next);
    if (line.trim() !== '' && !line.includes(': ') && !/^[A-Z][A-Za-z-]+:/.test(line)) return at;
    at = next + 1;
  }
  return at;
}

/** Text as it was before it became string constants: real line ends, no quotes. */
export function unquoted(text: string): string {
  return text
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n')
    .replaceAll('\r', '')
    .replace(/["'\\]/g, '');
}
