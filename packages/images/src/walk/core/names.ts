import { Unseen } from './unseen.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A name as text: UTF-8 where it is, else every byte beyond ASCII as `\xNN`. */
export function nameOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    let text = '';
    for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`;
    return text;
  }
}

export interface CleanPath {
  /** Parts joined by `/`, none of them empty, `.` or `..`. */
  readonly path: string;
  /** Whether it led out of its layer. */
  readonly leadsOut: boolean;
}

/**
 * The path of an archive's member, inside of the archive. What leads out is bent back: the content is looked at all the same.
 * @throws Unseen `too-large` for a path beyond the bounds
 */
export function cleanPath(text: string, limits: { readonly pathBytes: number; readonly pathDepth: number }): CleanPath {
  if (text.length > limits.pathBytes) {
    throw new Unseen('too-large', `A path has ${text.length} characters; at most ${limits.pathBytes} are read.`);
  }
  const parts: string[] = [];
  let leadsOut = false;
  for (const part of text.split('/')) {
    if (part === '..') leadsOut = true;
    else if (part !== '' && part !== '.') parts.push(part);
  }
  if (parts.length > limits.pathDepth) {
    throw new Unseen('too-deep', `A path has ${parts.length} parts; at most ${limits.pathDepth} are read.`);
  }
  return { path: parts.join('/'), leadsOut };
}

/** A name of a file system's directory: one part of a path, nothing else. */
export function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
}
