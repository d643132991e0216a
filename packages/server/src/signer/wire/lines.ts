/** Cuts a stream into lines. */
export interface LineCutter {
  /** Bytes of a line that has not ended yet. */
  readonly pending: number;
  /** @returns the lines that are whole now; `too-long` when one never ends */
  push(chunk: Buffer): readonly Buffer[] | 'too-long';
}

export function createLineCutter(mostBytes: number): LineCutter {
  let pieces: Buffer[] = [];
  let pending = 0;
  return {
    get pending() {
      return pending;
    },
    push(chunk) {
      const lines: Buffer[] = [];
      let rest = chunk;
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
        if (pending + end > mostBytes) return 'too-long';
        const last = rest.subarray(0, end);
        lines.push(pieces.length === 0 ? last : Buffer.concat([...pieces, last]));
        pieces = [];
        pending = 0;
        rest = rest.subarray(end + 1);
      }
      if (rest.length > 0) pieces.push(rest);
      pending += rest.length;
      return pending > mostBytes ? 'too-long' : lines;
    },
  };
}
