/** One value of DER: its tag, where its content lies, and where the next one begins. */
export interface DerValue {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
}

export const derTag = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  first: 0xa0,
  second: 0xa1,
} as const;

/**
 * Reads the head of one value: definite lengths up to 65,535 bytes, which no private key is above. Lengths that could be
 * one byte shorter are let through: imgtool writes them when it cuts the public half off.
 * @returns undefined when there is none, or it goes past `end`
 * @source X.690 §8.1.3
 */
export function readDer(bytes: Uint8Array, at: number, end: number): DerValue | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (at < 0 || tag === undefined || first === undefined) return undefined;
  let from = at + 2;
  let length = first;
  if (first === 0x81) {
    length = bytes[from] ?? 0;
    from += 1;
  } else if (first === 0x82) {
    length = ((bytes[from] ?? 0) << 8) | (bytes[from + 1] ?? 0);
    from += 2;
    if (length < 0x100) return undefined;
  } else if (first >= 0x80) {
    return undefined;
  }
  return from + length > end ? undefined : { tag, from, to: from + length };
}

/** The values inside one, at most `most`; undefined when they do not fill it exactly. */
export function childrenOf(bytes: Uint8Array, parent: DerValue, most: number): readonly DerValue[] | undefined {
  const children: DerValue[] = [];
  for (let at = parent.from; at < parent.to; ) {
    const child = readDer(bytes, at, parent.to);
    if (child === undefined || children.length === most) return undefined;
    children.push(child);
    at = child.to;
  }
  return children;
}

/** The SEQUENCE whose content begins at `content`, and where it begins itself: its head is 4, 3 or 2 bytes. */
export function sequenceBefore(bytes: Uint8Array, content: number): (DerValue & { readonly at: number }) | undefined {
  for (const head of [4, 3, 2]) {
    const at = content - head;
    const value = bytes[at] === derTag.sequence ? readDer(bytes, at, bytes.length) : undefined;
    if (value?.from === content) return { ...value, at };
  }
  return undefined;
}

/** The content of a value as hex: how OIDs are compared. */
export function hexOf(bytes: Uint8Array, value: DerValue): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + value.from, value.to - value.from).toString('hex');
}

/** Bits of a positive INTEGER. */
export function bitsOf(bytes: Uint8Array, value: DerValue): number {
  let from = value.from;
  while (from < value.to && bytes[from] === 0) from += 1;
  return from === value.to ? 0 : (value.to - from - 1) * 8 + (32 - Math.clz32(bytes[from] ?? 0));
}
