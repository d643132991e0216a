import { nameOf } from '../core/names.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import { rangeSource } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';

const magicBytes = 8;
const headerBytes = 60;
const maxTableBytes = 4 * 1_048_576;

/** Presents an archive of ar: Debian packages, libraries of object files. @source System V ABI, chapter 7; deb(5) */
export async function openAr(open: OpenLayer): Promise<number> {
  let at = magicBytes;
  let longNames: Buffer = Buffer.alloc(0);
  while (open.reader.size - at >= headerBytes) {
    const header = await open.reader.bytes('The header of a member', at, headerBytes);
    const text = header.toString('latin1');
    const sizeBytes = Number(text.slice(48, 58).trim());
    if (text.slice(58) !== '`\n' || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
      throw new Unseen('malformed', `Expected the header of a member at ${at}.`);
    }
    const dataAt = at + headerBytes;
    open.reader.require('The content of a member', dataAt, sizeBytes);
    const name = text.slice(0, 16).trimEnd();
    if (name === '//') longNames = await open.reader.bytes('The names', dataAt, Math.min(sizeBytes, maxTableBytes));
    else if (name !== '/' && name !== '/SYM64/' && !name.startsWith('__.SYMDEF')) {
      await present(open, { dataAt, sizeBytes, text, longNames });
    }
    at = dataAt + sizeBytes + (sizeBytes % 2);
  }
  return Math.min(at, open.reader.size);
}

interface Member {
  readonly dataAt: number;
  readonly sizeBytes: number;
  readonly text: string;
  readonly longNames: Buffer;
}

async function present(open: OpenLayer, member: Member): Promise<void> {
  const { dataAt, sizeBytes, text } = member;
  const { name, skip } = await nameIn(open, member);
  const number = (from: number, to: number, radix: number) =>
    Number.parseInt(text.slice(from, to).trim() || '0', radix);
  const facts = {
    path: name,
    mode: number(40, 48, 8) & 0o7777,
    userId: number(28, 34, 10),
    groupId: number(34, 40, 10),
    sizeBytes: sizeBytes - skip,
  };
  await open.file(facts, { kind: 'range', source: rangeSource(open.source, dataAt + skip, sizeBytes - skip) });
}

/** GNU writes long names into a table, BSD before the content. */
async function nameIn(open: OpenLayer, member: Member): Promise<{ name: string; skip: number }> {
  const name = member.text.slice(0, 16).trimEnd();
  if (/^\/\d+$/.test(name)) {
    const from = Number(name.slice(1));
    const end = member.longNames.indexOf('\n', from);
    return { name: nameOf(member.longNames.subarray(from, Math.max(from, end))).replace(/\/$/, ''), skip: 0 };
  }
  if (/^#1\/\d+$/.test(name)) {
    const skip = Number(name.slice(3));
    if (skip > member.sizeBytes) throw new Unseen('malformed', 'A name is longer than its member.');
    const bytes = await open.reader.bytes('A name', member.dataAt, skip);
    const nul = bytes.indexOf(0);
    return { name: nameOf(nul < 0 ? bytes : bytes.subarray(0, nul)), skip };
  }
  return { name: name.replace(/\/$/, ''), skip: 0 };
}
