import type { ComponentName, DeviceType } from './ids.ts';

/** The part of a device that an image is for. */
export interface ImagePlace {
  readonly component: ComponentName;
  readonly deviceType: DeviceType;
}

/** What a fleet demands of the images of one component of one device type. */
export interface ImageRule extends ImagePlace {
  /** The format whose boot loader verifies the signature. */
  readonly format: string;
  /** Public keys that may have signed it: SubjectPublicKeyInfo, PEM. */
  readonly keys: readonly string[];
  /**
   * Whether every image has to be of this format and signed by one of the keys, which devices then verify, too.
   * If not, images may be unsigned or of other formats; what is signed or states a hash has to be right all the same.
   */
  readonly required: boolean;
  /** Whether a version that the image states has to be the version of the release. */
  readonly sameVersion: boolean;
}

/** What an image said of itself when its release was published; nothing is decided by it but what its rule demands. */
export interface FoundImage extends ImagePlace {
  readonly format: string;
  /** The version that the image states; null where it states none. */
  readonly version: string | null;
  /** Its anti-downgrade counter; null where it has none. */
  readonly counter: number | null;
}

/** The rule for one part of a device, or undefined when nothing is demanded of its images. */
export function imageRuleFor(
  rules: readonly ImageRule[] | undefined,
  { component, deviceType }: ImagePlace,
): ImageRule | undefined {
  return rules?.find((rule) => rule.component === component && rule.deviceType === deviceType);
}

/** A rule as far as it concerns signed metadata; names as they come, so that views of the wire fit. */
interface SignatureRule {
  readonly component: string;
  readonly deviceType: string;
  readonly format: string;
  readonly required: boolean;
}

/** The kind of native signature that signed metadata has to demand for a part of a device; undefined for none. */
export function nativeSignatureFor(
  rules: readonly SignatureRule[] | undefined,
  { component, deviceType }: Pick<SignatureRule, 'component' | 'deviceType'>,
): string | undefined {
  const rule = rules?.find((one) => one.component === component && one.deviceType === deviceType);
  return rule?.required ? rule.format : undefined;
}
