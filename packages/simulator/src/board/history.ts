import type { SlotName } from './boot-loader.ts';
import type { ImageBehaviour } from './catalogue.ts';

/** One boot, from power-on or reset to where it got. */
export interface BootRecord {
  readonly bootId: string;
  readonly slot: SlotName | undefined;
  readonly trial: boolean;
  readonly bootCount: number;
  /** Whether the boot loader gave up on the other slot just before. */
  readonly fellBack: boolean;
  /** Whether no copy of the environment was valid, so that the boot loader used its defaults. */
  readonly environmentLost: boolean;
  /** The image that the slot held, whole; undefined when its bytes were no known image. */
  readonly digest: string | undefined;
  readonly behaviour: ImageBehaviour | 'not-bootable';
}

/** What happens to a board, in order. */
export type BoardEvent =
  | { readonly kind: 'booted'; readonly boot: BootRecord }
  | { readonly kind: 'boot-failed'; readonly boot: BootRecord }
  | { readonly kind: 'reboot-requested' }
  | { readonly kind: 'agent-exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: 'power-cut' }
  | { readonly kind: 'unbootable'; readonly boot: BootRecord }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'stopped' };
