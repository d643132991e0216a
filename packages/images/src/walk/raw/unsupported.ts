import type { OpenLayer } from '../core/open-layer.ts';
import { Unseen } from '../core/unseen.ts';

/** Volumes of UBI and file systems of UBIFS are recognised, but not read. */
export async function openUbi(_open: OpenLayer): Promise<null> {
  throw new Unseen('unsupported', 'UBI and UBIFS are recognised, but what they hold is not read.');
}
