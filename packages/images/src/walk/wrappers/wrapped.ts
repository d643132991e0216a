import type { OpenLayer } from '../core/open-layer.ts';

/** Set by a reader of packed data to the offset after the last byte that it took. */
export interface End {
  at: number;
}

/** Presents what is packed as one file named `content`. */
export async function openWrapped(
  open: OpenLayer,
  unpack: (end: End) => AsyncIterable<Uint8Array>,
): Promise<number | null> {
  const end: End = { at: 0 };
  // Not a part: whether unknown content is looked through depends on what the wrapper was found in.
  await open.file(
    { path: 'content', mode: null, userId: null, groupId: null, sizeBytes: 0 },
    { kind: 'stream', chunks: unpack(end) },
  );
  return end.at === 0 ? null : end.at;
}
