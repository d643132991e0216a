import { nameOf } from '../core/names.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import { rangeSource } from '../core/part-reader.ts';
import { kindOfMode } from '../core/posix-kind.ts';
import { Unseen } from '../core/unseen.ts';

const headerBytes = 110;
const trailer = 'TRAILER!!!';
const maxNameBytes = 4_097;
/** Names of hard links whose content has not come yet. */
const maxWaiting = 20_000;
const maxPadding = 65_536;

interface Member {
  readonly inode: string;
  readonly mode: number;
  readonly userId: number;
  readonly groupId: number;
  readonly links: number;
  readonly sizeBytes: number;
  readonly name: string;
  readonly dataAt: number;
  readonly next: number;
}

interface Waiting {
  readonly names: Map<string, Member[]>;
  count: number;
}

/**
 * Presents archives of the forms `newc` and `crc`, one after the other, as an initramfs may be.
 * @source Linux Documentation/driver-api/early-userspace/buffer-format
 */
export async function openCpio(open: OpenLayer): Promise<number> {
  let at = 0;
  // The content of hard links stands with the last of them; of those before only the name.
  let waiting: Waiting = { names: new Map(), count: 0 };
  for (;;) {
    const member = await memberAt(open, at);
    at = member.next;
    if (member.name !== trailer) {
      await present(open, member, waiting);
      continue;
    }
    await flush(open, waiting);
    waiting = { names: new Map(), count: 0 };
    const next = await nextArchive(open, at);
    if (next === undefined) return at;
    at = next;
  }
}

async function memberAt(open: OpenLayer, at: number): Promise<Member> {
  const header = await open.reader.bytes('The header of a member', at, headerBytes);
  const text = header.toString('latin1');
  if (!/^07070[12][0-9A-Fa-f]{104}$/.test(text)) {
    throw new Unseen('malformed', `Expected the header of a member of the form newc at ${at}.`);
  }
  const field = (index: number) => Number.parseInt(text.slice(6 + 8 * index, 14 + 8 * index), 16);
  const [sizeBytes, nameBytes] = [field(6), field(11)];
  if (nameBytes < 1 || nameBytes > maxNameBytes) {
    throw new Unseen('malformed', `The name of the member at ${at} has ${nameBytes} bytes.`);
  }
  const name = await open.reader.bytes('A name', at + headerBytes, nameBytes);
  const dataAt = aligned(at + headerBytes + nameBytes);
  return {
    // Inode and device, major and minor.
    inode: `${text.slice(6, 14)}${text.slice(62, 78)}`,
    mode: field(1),
    userId: field(2),
    groupId: field(3),
    links: field(4),
    sizeBytes,
    name: nameOf(name.subarray(0, nameBytes - 1)),
    dataAt,
    next: aligned(dataAt + sizeBytes),
  };
}

async function present(open: OpenLayer, member: Member, waiting: Waiting): Promise<void> {
  const kind = kindOfMode(member.mode);
  const facts = factsOf(member);
  open.reader.require(`The content of ${member.name.slice(0, 256)}`, member.dataAt, member.sizeBytes);
  if (facts.path === '.' || facts.path === '') return;
  if (kind === undefined) open.problem(facts.path, new Unseen('malformed', 'The member is of no known kind.'));
  else if (kind === 'link') {
    const target = await open.reader.bytes('The target of a link', member.dataAt, member.sizeBytes);
    await open.entry({ ...facts, kind, sizeBytes: 0, linkTarget: nameOf(target) });
  } else if (kind !== 'file' && member.sizeBytes === 0) await open.entry({ ...facts, kind });
  else if (member.links > 1 && member.sizeBytes === 0) {
    wait(member, waiting);
  } else {
    await open.file(facts, { kind: 'range', source: rangeSource(open.source, member.dataAt, member.sizeBytes) });
    const others = waiting.names.get(member.inode) ?? [];
    waiting.names.delete(member.inode);
    waiting.count -= others.length;
    for (const other of others) {
      await open.entry({ ...factsOf(other), kind: 'file', sizeBytes: member.sizeBytes });
    }
  }
}

function wait(member: Member, waiting: Waiting): void {
  if (waiting.count >= maxWaiting) {
    throw new Unseen('too-many', `The content of more than ${maxWaiting} hard links does not come.`);
  }
  const names = waiting.names.get(member.inode) ?? [];
  waiting.names.set(member.inode, names);
  names.push(member);
  waiting.count++;
}

/** Links to an empty file never get content. */
async function flush(open: OpenLayer, waiting: Waiting): Promise<void> {
  for (const [first, ...others] of waiting.names.values()) {
    if (!first) continue;
    await open.file(factsOf(first), { kind: 'range', source: rangeSource(open.source, 0, 0) });
    for (const other of others) await open.entry({ ...factsOf(other), kind: 'file' });
  }
}

function factsOf(member: Member) {
  const { mode, userId, groupId, sizeBytes } = member;
  return { path: member.name, mode: mode & 0o7777, userId, groupId, sizeBytes };
}

/** Another archive may follow after zeros. */
async function nextArchive(open: OpenLayer, from: number): Promise<number | undefined> {
  const length = Math.max(0, Math.min(maxPadding, open.reader.size - from));
  if (length < headerBytes) return undefined;
  const bytes = await open.reader.bytes('Padding', from, length);
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
  const magic = bytes.toString('latin1', zeros, zeros + 6);
  return magic === '070701' || magic === '070702' ? from + zeros : undefined;
}

function aligned(offset: number): number {
  return Math.ceil(offset / 4) * 4;
}
