import type { Inspection } from '@fettle/images';
import type { Digest } from '@fettle/model';

/** An artifact that is to be looked into; plain data, as it may go to another thread. */
export interface InspectionOrder {
  readonly digest: Digest;
  /** Public keys that its signatures may be from: SubjectPublicKeyInfo, PEM. */
  readonly keys: readonly string[];
}

/** Looks into artifacts, apart from what serves others, with bounded memory and time. */
export interface ImageInspector {
  /**
   * @throws FettleError `image-refused` when the artifact takes more time or memory than any image may, `overloaded`
   * when too many wait, `not-found`
   */
  inspect(order: InspectionOrder): Promise<Inspection>;
}
