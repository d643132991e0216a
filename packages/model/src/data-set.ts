import type { Instant } from './brand.ts';
import type { Digest } from './ids.ts';

/** Known vulnerabilities, which of them are exploited, how likely that is, and what suppliers say of their products. */
export const dataSetKinds = ['osv', 'kev', 'epss', 'vex'] as const;
export type DataSetKind = (typeof dataSetKinds)[number];

/** An imported set of vulnerability data: immutable, named by the digest of its file. */
export interface DataSet {
  readonly digest: Digest;
  readonly kind: DataSetKind;
  /** Where it comes from, in the words of whoever imported it: `osv.dev/Debian`. A newer set of a source replaces it. */
  readonly source: string;
  readonly publishedAt: Instant;
  readonly importedAt: Instant;
  readonly records: number;
  /** The DSSE envelope over the statement that names the file, as JSON text; empty when nobody signed it. */
  readonly envelope: string;
  readonly addedBy: string;
}
