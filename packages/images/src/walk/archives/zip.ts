import { createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { Content, OpenLayer } from '../core/open-layer.ts';
import { chunkBytes, rangeSource } from '../core/part-reader.ts';
import { kindOfMode } from '../core/posix-kind.ts';
import { Unseen } from '../core/unseen.ts';
import type { EntryKind } from '../walked.ts';
import { throughZlib } from '../wrappers/through-zlib.ts';
import {
  findZipDirectory,
  type ZipDirectory,
  type ZipMember,
  zipContentAt,
  zipHeaderBytes,
  zipMembers,
} from './zip-directory.ts';

const encryptedFlag = 0x1;
const maxTargetBytes = 4_096;
const stepsOfMember = 100;
const maxMembers = 400_000;

/**
 * Presents an archive of zip as its directory has it; members may be stored, deflated or of zstd. Members that share
 * bytes are refused: that is how small archives become endless.
 * @source APPNOTE.TXT 6.3.10
 */
export async function openZip(open: OpenLayer): Promise<number> {
  const directory = await findZipDirectory(open.reader);
  await requireApart(open, directory);
  for await (const member of zipMembers(open.reader, directory)) {
    open.reader.step(stepsOfMember);
    try {
      await present(open, member);
    } catch (error) {
      if (error instanceof Unseen && error.code === 'too-compressed') throw error;
      open.problem(member.name, error);
    }
  }
  return directory.end;
}

async function requireApart(open: OpenLayer, directory: ZipDirectory): Promise<void> {
  const starts: number[] = [];
  const ends = new Map<number, number>();
  for await (const { headerAt, packedBytes } of zipMembers(open.reader, directory)) {
    if (starts.length >= maxMembers) throw new Unseen('too-many', `There are more than ${maxMembers} members.`);
    starts.push(headerAt);
    ends.set(headerAt, Math.max(ends.get(headerAt) ?? 0, headerAt + zipHeaderBytes + packedBytes));
  }
  starts.sort((a, b) => a - b);
  for (const [index, start] of starts.entries()) {
    const next = starts[index + 1] ?? directory.offset;
    if ((ends.get(start) ?? 0) > next) throw new Unseen('malformed', `The members at ${start} and ${next} overlap.`);
  }
}

async function present(open: OpenLayer, member: ZipMember): Promise<void> {
  const { name, sizeBytes, mode } = member;
  const facts = { path: name, mode: mode === null ? null : mode & 0o7777, userId: null, groupId: null, sizeBytes };
  const kind = kindOfMember(member);
  if (kind === 'folder') return await open.entry({ ...facts, kind, sizeBytes: 0 });
  if ((member.flags & encryptedFlag) !== 0) {
    await open.entry({ ...facts, kind: 'file' });
    throw new Unseen('encrypted', 'The member of the zip archive is encrypted.');
  }
  const content = await contentOf(open, member);
  if (kind === 'link') {
    await open.entry({ ...facts, kind, sizeBytes: 0, linkTarget: await targetOf(content) });
  } else if (kind === 'file') await open.file(facts, content);
  else await open.entry({ ...facts, kind, sizeBytes: 0 });
}

// What has content is a file, whatever its mode says: an archive made from a pipe has that mode.
function kindOfMember({ name, mode, sizeBytes }: ZipMember): EntryKind {
  const stated = name.endsWith('/') ? 'folder' : mode === null ? 'file' : (kindOfMode(mode) ?? 'file');
  const isTarget = stated === 'link' && sizeBytes <= maxTargetBytes;
  return sizeBytes > 0 && !isTarget ? 'file' : stated;
}

async function contentOf(open: OpenLayer, member: ZipMember): Promise<Content> {
  const offset = await zipContentAt(open.reader, member);
  if (offset === undefined) throw new Unseen('malformed', 'The header of the member is not there.');
  open.reader.require('The content of a member', offset, member.packedBytes);
  const range = { offset, length: member.packedBytes };
  if (member.method === 0) return { kind: 'range', source: rangeSource(open.source, range.offset, range.length) };
  const chunkSize = chunkBytes;
  if (member.method === 8) {
    return { kind: 'stream', chunks: throughZlib(createInflateRaw({ chunkSize }), open.reader, range) };
  }
  if (member.method === 93) {
    return { kind: 'stream', chunks: throughZlib(createZstdDecompress({ chunkSize }), open.reader, range) };
  }
  throw new Unseen('unsupported', `The member is packed by method ${member.method}, which is not read.`);
}

async function targetOf(content: Content): Promise<string> {
  if (content.kind === 'range') {
    return Buffer.from(await content.source.read(0, Math.min(maxTargetBytes, content.source.size))).toString();
  }
  for await (const chunk of content.chunks) return Buffer.from(chunk).toString('utf8', 0, maxTargetBytes);
  return '';
}
