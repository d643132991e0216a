import type { KeyObject } from 'node:crypto';
import { type ImageFormat, imageFormats, inspectImage, judgeImage, type Source } from '@fettle/images';
import { keyIdOf } from '@fettle/trust';

/** What signed metadata demands of the image of one component. */
export interface NativeDemand {
  /** The format whose boot loader verifies the signature. */
  readonly format: string;
  /** Keys that this device accepts for the component. */
  readonly keys: readonly KeyObject[];
}

/**
 * Judges an image as its boot loader will, before it is activated: its format, its hashes, and whether every part that
 * can be started is signed by a key that this device accepts.
 * @returns what is wrong; undefined when nothing is
 */
export async function judgeNativeSignature(
  source: Source,
  { format: named, keys }: NativeDemand,
): Promise<string | undefined> {
  const format = imageFormats.find((known): known is ImageFormat => known === named);
  if (!format) return `Expected a kind of native signature that this agent knows, found ${named}.`;
  if (keys.length === 0) return 'Expected keys for native signatures (nativeKeyFiles), found none configured.';
  const inspection = await inspectImage(source, { keys: keys.map((key) => ({ key })) });
  const { verdict, findings } = judgeImage(inspection, { format, signedBy: keys.map(keyIdOf) });
  if (verdict === 'pass') return undefined;
  return findings.find((finding) => finding.verdict === verdict)?.message ?? `The verdict is ${verdict}.`;
}
