import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/**
 * Which of these byte strings stand anywhere in the memory of a process: every region that can be read, the stacks and
 * heaps of all its threads and the files that it has mapped. Linux, same user or root.
 * @param needles of 2 bytes or more
 */
export function foundInMemory(pid: number, needles: ReadonlyMap<string, Buffer>): ReadonlySet<string> {
  const left = new Map(needles);
  const longest = Math.max(...[...needles.values()].map(({ length }) => length));
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const { start, end } of regions(pid)) {
      for (const piece of pieces(memory, { start, end, overlap: longest - 1 })) search(piece, left);
    }
  } finally {
    closeSync(memory);
  }
  return new Set([...needles.keys()].filter((name) => !left.has(name)));
}

/** One walk over the bytes for all needles; those that are found are taken out. */
function search(piece: Buffer, left: Map<string, Buffer>): void {
  const byPrefix = new Map<number, string[]>();
  for (const [name, needle] of left) {
    const prefix = needle.readUInt16BE(0);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), name]);
  }
  const begins = new Uint8Array(65_536);
  for (const prefix of byPrefix.keys()) begins[prefix] = 1;
  let pair = piece[0] ?? 0;
  for (let at = 1; at < piece.length; at++) {
    pair = ((pair << 8) | (piece[at] ?? 0)) & 0xffff;
    if (begins[pair] === 0) continue;
    for (const name of byPrefix.get(pair) ?? []) {
      const needle = left.get(name);
      if (needle?.equals(piece.subarray(at - 1, at - 1 + needle.length))) left.delete(name);
    }
  }
}

/** What a process has open, as paths; sockets and pipes by their kind. */
export function openFilesOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${descriptor}`)];
    } catch {
      // Closed in between.
      return [];
    }
  });
}

/** Files that a process has mapped. */
export function mappedFilesOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .map((line) => line.slice(73).trim())
    .filter((path) => path.startsWith('/'));
}

interface Region {
  readonly start: bigint;
  readonly end: bigint;
}

function regions(pid: number): readonly Region[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, start, end, mode] = /^([0-9a-f]+)-([0-9a-f]+) (r...) /.exec(line) ?? [];
    // The kernel's own pages are not the process's memory and cannot be read this way.
    if (!start || !end || !mode || /\[(?:vvar|vvar_vclock|vsyscall)\]/.test(line)) return [];
    return [{ start: BigInt(`0x${start}`), end: BigInt(`0x${end}`) }];
  });
}

const pieceBytes = 256 * 1024;
const zeros = Buffer.alloc(pieceBytes);

/** A region piece by piece, each with the end of the one before, so that nothing hides between two. */
function* pieces(memory: number, { start, end, overlap }: Region & { readonly overlap: number }): Generator<Buffer> {
  const buffer = Buffer.alloc(overlap + pieceBytes);
  let kept = 0;
  for (let at = start; at < end; ) {
    const wanted = Math.min(pieceBytes, Number(end - at));
    let read: number;
    try {
      read = readSync(memory, buffer, kept, wanted, at);
    } catch {
      // A page that was given back in between, or reserved and never used.
      read = 0;
    }
    if (read === 0) {
      at += 4_096n;
      kept = 0;
      continue;
    }
    const filled = kept + read;
    // Most of what is reserved was never written; what ended before it may have ended in zeros.
    const isEmpty = buffer.subarray(kept, filled).equals(zeros.subarray(0, read));
    yield buffer.subarray(0, isEmpty ? kept + Math.min(overlap, read) : filled);
    kept = Math.min(overlap, filled);
    buffer.copyWithin(0, filled - kept, filled);
    at += BigInt(read);
  }
}
