import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FettleError, type FleetId, limits } from '@fettle/model';
import {
  addSignature,
  checkSuccessor,
  diffMetadata,
  openMetadata,
  openTargetCustom,
  signatureBy,
  type TargetsMetadata,
} from '@fettle/trust';
import type { Context } from '../context.ts';
import { safeText } from '../output/style.ts';
import { withKey } from '../trust/open-key.ts';
import { type FleetView, lookUpFleet } from '../trust/public-repository.ts';
import type { Outcome } from './publish-way.ts';
import { lackingIn, signersOf } from './targets-way.ts';

/**
 * Adds a signature to the next file of a fleet's role, after showing what it changes against the one that stands. With
 * the last signature it is published, else written back.
 */
export async function signTargetsFile(
  context: Context,
  file: string,
  { key, root }: { readonly key: string; readonly root?: string },
): Promise<Outcome> {
  const place = resolve(file);
  const { size } = await stat(place);
  if (size > limits.trustFileBytes) throw new FettleError('too-large', `${place}: this is no targets file.`);
  const opened = openMetadata(await readFile(place));
  if (!opened.ok || opened.metadata.type !== 'targets') {
    throw new FettleError('invalid-input', `${place}: expected the file that release publish wrote, found another.`);
  }
  const next = opened.metadata;
  const fleet = await context.fleet();
  const view = await lookUpFleet(context, fleet, { root });
  if (!view) throw new FettleError('wrong-state', `The image repository does not delegate to fleet ${fleet}.`);
  showStep(context, fleet, { view, next });
  const text = await withKey(key, context.io, async (signer) => {
    signersOf(view, [signer]);
    return Buffer.from(addSignature(opened.file, await signatureBy(opened.file.signedBytes, signer))).toString('utf8');
  });
  const fresh = `${place}.${process.pid}.tmp`;
  await writeFile(fresh, text, { mode: 0o644 });
  await rename(fresh, place);
  const missing = lackingIn(view, text);
  if (missing.length > 0) return { file: place, version: addedVersion(view, next), lacking: missing };
  return (await context.client()).publishRelease({ fleet, targets: text });
}

function showStep(
  context: Context,
  fleet: FleetId,
  { view, next }: { readonly view: FleetView; readonly next: TargetsMetadata },
): void {
  context.note(
    diffMetadata(view.previous, next)
      .map((sentence) => `  - ${safeText(sentence)}`)
      .join('\n'),
  );
  const options = { repository: 'image', role: fleet, now: Date.now() } as const;
  const problems = checkSuccessor(view.previous, next, options);
  if (problems.length === 0) return;
  throw new FettleError('signing-refused', problems.map(({ message }) => message).join(' '), {
    details: { next: 'fettle release publish, which makes a new file' },
  });
}

function addedVersion({ previous }: FleetView, { targets }: TargetsMetadata): string {
  for (const [path, { custom }] of targets) {
    const opened = openTargetCustom(custom);
    if (opened.ok && !previous?.targets.has(path)) return opened.custom.match.version;
  }
  return '';
}
