import type { OpenLayer } from '../core/open-layer.ts';
import { Unseen } from '../core/unseen.ts';
import { MemoryImage } from './memory-image.ts';

const maxLineBytes = 600;

/** Presents the joined contents of an Intel HEX file. @source Intel Hexadecimal Object File Format Specification, revision A */
export async function openIntelHex(open: OpenLayer): Promise<null> {
  const image = new MemoryImage();
  let base = 0;
  for await (const line of linesOf(open)) {
    const bytes = bytesOf(line, /^:(?:[0-9A-Fa-f]{2}){5,}$/, 1);
    const length = bytes.readUInt8(0);
    if (bytes.length !== length + 5) throw damaged();
    const data = bytes.subarray(4, 4 + length);
    const type = bytes.readUInt8(3);
    if (type === 0) image.add(base + bytes.readUInt16BE(1), data);
    else if (type === 1) break;
    else if (type === 2 && length === 2) base = data.readUInt16BE(0) * 16;
    else if (type === 4 && length === 2) base = data.readUInt16BE(0) * 65_536;
  }
  await image.present(open);
  return null;
}

/** Presents the joined contents of a file of Motorola S-records. @source M68000 Family Programmer's Reference Manual, appendix C */
export async function openSRecord(open: OpenLayer): Promise<null> {
  const image = new MemoryImage();
  for await (const line of linesOf(open)) {
    const bytes = bytesOf(line, /^S[0-9](?:[0-9A-Fa-f]{2}){3,}$/, 2);
    const type = line.charCodeAt(1) - 0x30;
    if (bytes.readUInt8(0) !== bytes.length - 1) throw damaged();
    const addressBytes = type + 1;
    if (type < 1 || type > 3) continue;
    image.add(bytes.readUIntBE(1, addressBytes), bytes.subarray(1 + addressBytes, bytes.length - 1));
  }
  await image.present(open);
  return null;
}

function bytesOf(line: string, shape: RegExp, from: number): Buffer {
  if (line.length > maxLineBytes || !shape.test(line)) throw damaged();
  return Buffer.from(line.slice(from), 'hex');
}

async function* linesOf(open: OpenLayer): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of open.reader.chunks('Records', 0, open.reader.size)) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineBytes) throw damaged();
    for (const line of lines) if (line.trim() !== '') yield line.trim();
  }
  if (rest.trim() !== '') yield rest.trim();
}

function damaged(): Unseen {
  return new Unseen('malformed', 'A line is no record: its shape or its length is wrong.');
}
