import {
  type ImageFinding,
  type ImageFormat,
  type Inspection,
  imageFormats,
  judgeImage,
  readImageKey,
} from '@fettle/images';
import {
  type Digest,
  FettleError,
  type Fleet,
  type FoundImage,
  type ImagePlace,
  type ImageRule,
  imageRuleFor,
  type Manifest,
  type ReleaseArtifact,
} from '@fettle/model';
import { keyIdOf } from '@fettle/trust';
import type { Brain } from '../brain.ts';
import type { Reads } from '../ports.ts';

/** What was found in the artifacts of a release, and under which policy they were looked at. */
export interface InspectedImages {
  readonly policy: string;
  readonly byDigest: ReadonlyMap<Digest, Inspection>;
}

/** Bytes of a release that are looked at where nothing is demanded. */
const freeBytes = 67_108_864;
/** Releases that are looked through, newest first, for the counter of the last image. */
const earlierReleases = 100;
const pageRows = 20;

/**
 * Looks into the artifacts of a release before anything of it is written. Those that the fleet's image policy names have
 * to be read; of others something is found out where that is cheap, and nothing is refused.
 * @throws FettleError what the inspector throws for an artifact that the policy names
 */
export async function inspectImages(brain: Brain, fleet: Fleet, manifest: Manifest): Promise<InspectedImages> {
  const { inspector } = brain;
  const byDigest = new Map<Digest, Inspection>();
  const ruled = ruledArtifacts(fleet, manifest);
  if (!inspector && ruled.size > 0) {
    const message = 'Expected a server that looks into images, as the image policy demands; this one cannot.';
    throw new FettleError('internal', message);
  }
  if (!inspector) return { policy: policyText(fleet), byDigest };
  for (const [digest, keys] of ruled) byDigest.set(digest, await inspector.inspect({ digest, keys: [...keys] }));
  let left = freeBytes;
  for (const { digest, sizeBytes } of manifest.artifacts) {
    if (byDigest.has(digest) || sizeBytes > left) continue;
    left -= sizeBytes;
    const found = await inspector.inspect({ digest, keys: [] }).catch(() => undefined);
    if (found) byDigest.set(digest, found);
  }
  return { policy: policyText(fleet), byDigest };
}

/**
 * Demands that every image is what the fleet's policy says, and not older for its boot loader than the image before.
 * @returns what is kept of them with the release
 * @throws FettleError `image-refused`, `wrong-state` when the policy was changed since they were looked at
 */
export async function demandImages(
  reads: Pick<Reads, 'releases'>,
  fleet: Fleet,
  { manifest, inspected }: { readonly manifest: Manifest; readonly inspected: InspectedImages | undefined },
): Promise<readonly FoundImage[]> {
  if ((inspected?.policy ?? '[]') !== policyText(fleet)) {
    const message = `The image policy of fleet ${fleet.id} was changed at the same time. Publish again.`;
    throw new FettleError('wrong-state', message);
  }
  const ruled = manifest.artifacts.filter((artifact) => imageRuleFor(fleet.imagePolicy, artifact));
  const counters = await countersBefore(reads, fleet, ruled);
  for (const artifact of ruled) {
    const rule = imageRuleFor(fleet.imagePolicy, artifact);
    const found = inspected?.byDigest.get(artifact.digest);
    if (!rule || !found) throw refusal(artifact, 'not-inspected', 'It was not looked into.');
    const wrong = judgeByRule(found, rule, { version: manifest.version, least: counters.get(placeOf(artifact)) });
    if (wrong) throw refusal(artifact, wrong.code, wrong.message);
  }
  return manifest.artifacts.flatMap((artifact) => foundIn(artifact, inspected?.byDigest.get(artifact.digest)));
}

/** What speaks against an image under its rule; undefined when nothing does. */
export function judgeByRule(
  inspection: Inspection,
  rule: ImageRule,
  declared: { readonly version: string; readonly least: number | undefined },
): ImageFinding | undefined {
  const format = imageFormats.find((known): known is ImageFormat => known === rule.format);
  if (!format) {
    const message = `Expected a format that this server knows, found ${rule.format}.`;
    return { code: 'format-mismatch', verdict: 'fail', message };
  }
  const { findings } = judgeImage(inspection, {
    format,
    signedBy: rule.keys.map((pem) => keyIdOf(readImageKey(pem))),
    ...(declared.least === undefined ? {} : { minCounter: declared.least }),
    ...(rule.sameVersion ? { version: declared.version } : {}),
  });
  const tolerated = rule.required ? unstated : optional;
  return findings.find(({ code, verdict }) => verdict !== 'pass' && !tolerated.has(code));
}

/** A format without a version cannot state one. */
const unstated: ReadonlySet<ImageFinding['code']> = new Set(['version-not-stated']);
/** Where nothing is required, an image may have no signature or be of another format. */
const optional: ReadonlySet<ImageFinding['code']> = new Set([
  ...unstated,
  'format-mismatch',
  'format-without-signature',
  'signature-missing',
  'format-without-counter',
  'counter-missing',
]);

/** The keys by artifact: two rules may name the same bytes. */
function ruledArtifacts(fleet: Fleet, { artifacts }: Manifest): ReadonlyMap<Digest, ReadonlySet<string>> {
  const keys = new Map<Digest, ReadonlySet<string>>();
  for (const artifact of artifacts) {
    const rule = imageRuleFor(fleet.imagePolicy, artifact);
    if (rule) keys.set(artifact.digest, new Set([...(keys.get(artifact.digest) ?? []), ...rule.keys]));
  }
  return keys;
}

/** The counter of the newest image for each part; boot loaders refuse what is below it. */
async function countersBefore(
  reads: Pick<Reads, 'releases'>,
  fleet: Fleet,
  places: readonly ImagePlace[],
): Promise<ReadonlyMap<string, number>> {
  const counters = new Map<string, number>();
  const wanted = new Set(places.map(placeOf));
  let after: string | undefined;
  for (let looked = 0; counters.size < wanted.size && looked < earlierReleases; looked += pageRows) {
    const { items, next } = await reads.releases(fleet.id, { limit: pageRows, after });
    for (const image of items.flatMap(({ status, images = [] }) => (status === 'published' ? images : []))) {
      const place = placeOf(image);
      if (image.counter !== null && wanted.has(place) && !counters.has(place)) counters.set(place, image.counter);
    }
    if (next === null) break;
    after = next;
  }
  return counters;
}

function placeOf({ deviceType, component }: ImagePlace): string {
  return `${deviceType}/${component}`;
}

function foundIn(
  { component, deviceType }: ReleaseArtifact,
  inspection: Inspection | undefined,
): readonly FoundImage[] {
  if (!inspection) return [];
  const { format, version = null, counter = null } = inspection;
  return [{ component, deviceType, format, version, counter }];
}

function policyText(fleet: Fleet): string {
  return JSON.stringify(fleet.imagePolicy ?? []);
}

function refusal({ deviceType, component }: ImagePlace, finding: string, why: string): FettleError {
  const message = `The image for ${deviceType}/${component} is not what the image policy demands. ${why}`;
  return new FettleError('image-refused', message, { details: { deviceType, component, finding } });
}
