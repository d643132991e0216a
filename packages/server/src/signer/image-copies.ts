import type { Instant, TenantId } from '@fettle/model';
import { ImageCopy } from './image-copy.ts';
import type { SignerState } from './state/signer-state.ts';

/** Copies that stay in memory; an older one is read again from the database. */
const mostOpen = 32;

/** The verified image repository of every tenant. */
export class ImageCopies {
  readonly #open = new Map<TenantId, ImageCopy>();
  readonly #parts: { readonly folder: string; readonly state: SignerState; readonly now: () => Instant };

  constructor(parts: { readonly folder: string; readonly state: SignerState; readonly now: () => Instant }) {
    this.#parts = parts;
  }

  of(tenant: TenantId): ImageCopy {
    const copy = this.#open.get(tenant) ?? new ImageCopy({ ...this.#parts, tenant });
    // Again at the end: the first is the one that was not asked for the longest time.
    this.#open.delete(tenant);
    this.#open.set(tenant, copy);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= mostOpen) break;
      this.#open.delete(oldest);
    }
    return copy;
  }
}
