import { createHash } from 'node:crypto';
import { storable } from '../postgres-connection.ts';
import type { Row } from './source.ts';

/** A digest over rows in their order: the same for the same values, whatever database they were read from. */
export class RowDigest {
  readonly #hash = createHash('sha256');
  #rows = 0;

  add(rows: readonly Row[]): void {
    for (const row of rows) this.#hash.update(`${JSON.stringify(row.map(storable))}\n`);
    this.#rows += rows.length;
  }

  end(): { readonly rows: number; readonly digest: string } {
    return { rows: this.#rows, digest: this.#hash.digest('hex') };
  }
}
