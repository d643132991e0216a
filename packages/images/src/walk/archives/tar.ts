import { nameOf } from '../core/names.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import { rangeSource } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import type { EntryKind } from '../walked.ts';
import { readTarHeader, recordBytes, type TarHeader } from './tar-header.ts';

const maxExtensionBytes = 1_048_576;
const maxGlobalKeys = 1_000;
const maxGlobalValueBytes = 4_096;
const otherKinds: Readonly<Record<string, EntryKind>> = { '3': 'device', '4': 'device', '5': 'folder', '6': 'pipe' };
const fileTypes: ReadonlySet<string> = new Set(['0', '\0', '7']);

/** What stands before a header and changes it. */
interface Extensions {
  /** Until the end of the archive. */
  readonly global: Map<string, Buffer>;
  /** For the next member only. */
  next: Map<string, Buffer>;
}

/**
 * Presents an archive of tar: ustar, pax and GNU's long names. Sparse files are not read.
 * @source POSIX.1-2017, pax; GNU tar manual
 */
export async function openTar(open: OpenLayer): Promise<number> {
  const extensions: Extensions = { global: new Map(), next: new Map() };
  let at = 0;
  while (open.reader.size - at >= recordBytes) {
    const header = readTarHeader(await open.reader.bytes('A header', at, recordBytes), at);
    at += recordBytes;
    // Two records of zeros end an archive; one is enough to know.
    if (!header) return at;
    const member = extended(header, extensions);
    const length = member.sizeBytes;
    open.reader.require('The content of a member', at, length);
    if (member.isExtension) await extend(open, { offset: at, length }, { header, extensions });
    else {
      await present(open, at, member);
      extensions.next = new Map();
    }
    at += Math.ceil(length / recordBytes) * recordBytes;
  }
  return at;
}

interface Member extends TarHeader {
  readonly isExtension: boolean;
  readonly isSparse: boolean;
}

interface Extending {
  readonly header: TarHeader;
  readonly extensions: Extensions;
}

function extended(header: TarHeader, extensions: Extensions): Member {
  if ('xgLK'.includes(header.type)) return { ...header, isExtension: true, isSparse: false };
  const value = (key: string) => extensions.next.get(key) ?? extensions.global.get(key);
  const text = (key: string, otherwise: string) => {
    const bytes = value(key);
    return bytes ? nameOf(bytes) : otherwise;
  };
  const number = (key: string, otherwise: number) => {
    const bytes = value(key);
    return bytes ? Math.trunc(Number(bytes.toString('latin1'))) : otherwise;
  };
  const keys = [...extensions.next.keys(), ...extensions.global.keys()];
  return {
    ...header,
    name: text('path', header.name),
    linkName: text('linkpath', header.linkName),
    sizeBytes: number('size', header.sizeBytes),
    userId: number('uid', header.userId),
    groupId: number('gid', header.groupId),
    isExtension: false,
    isSparse: header.type === 'S' || keys.some((key) => key.startsWith('GNU.sparse.')),
  };
}

async function extend(
  open: OpenLayer,
  range: { readonly offset: number; readonly length: number },
  { header, extensions }: Extending,
): Promise<void> {
  if (range.length > maxExtensionBytes) {
    throw new Unseen(
      'too-large',
      `An extended header has ${range.length} bytes; at most ${maxExtensionBytes} are read.`,
    );
  }
  const bytes = await open.reader.bytes('An extended header', range.offset, range.length);
  if (header.type === 'L' || header.type === 'K') {
    const nul = bytes.indexOf(0);
    extensions.next.set(header.type === 'L' ? 'path' : 'linkpath', nul < 0 ? bytes : bytes.subarray(0, nul));
    return;
  }
  for (const [key, value] of recordsOf(bytes)) {
    if (header.type === 'x') extensions.next.set(key, value);
    else if (value.length <= maxGlobalValueBytes && extensions.global.size < maxGlobalKeys) {
      extensions.global.set(key, Buffer.from(value));
    } else throw new Unseen('too-large', 'An extended header for all members is too large.');
  }
}

/** `LENGTH KEY=VALUE\n`, where the length counts all of it. */
function* recordsOf(bytes: Buffer): Generator<[string, Buffer]> {
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString('latin1', at, space));
    const equals = bytes.indexOf(0x3d, at);
    const end = at + length;
    if (
      space < 0 ||
      equals < space ||
      !(length > 0) ||
      !Number.isInteger(length) ||
      end > bytes.length ||
      equals >= end
    ) {
      throw new Unseen('malformed', 'An extended header contradicts itself.');
    }
    yield [bytes.toString('latin1', space + 1, equals), bytes.subarray(equals + 1, end - 1)];
    at = end;
  }
}

async function present(open: OpenLayer, at: number, member: Member): Promise<void> {
  const { userId, groupId, sizeBytes } = member;
  const facts = { path: member.name, mode: member.mode & 0o7777, userId, groupId, sizeBytes: 0 };
  const other = otherKinds[member.type];
  if (member.name.replaceAll(/[./]/g, '') === '' && other === 'folder') return;
  if (member.isSparse) {
    await open.entry({ ...facts, kind: 'file', sizeBytes });
    open.problem(member.name, new Unseen('unsupported', 'Sparse files of tar are not read.'));
  } else if (fileTypes.has(member.type)) {
    if (member.name.endsWith('/')) return await open.entry({ ...facts, kind: 'folder' });
    await open.file({ ...facts, sizeBytes }, { kind: 'range', source: rangeSource(open.source, at, sizeBytes) });
  } else if (member.type === '1') {
    // A hard link: the content stood with the name that it links to.
    await open.entry({ ...facts, kind: 'file', linkTarget: member.linkName });
  } else if (member.type === '2') await open.entry({ ...facts, kind: 'link', linkTarget: member.linkName });
  else if (other) await open.entry({ ...facts, kind: other });
  else
    open.problem(
      member.name,
      new Unseen('unsupported', `Members of type ${JSON.stringify(member.type)} are not read.`),
    );
}
