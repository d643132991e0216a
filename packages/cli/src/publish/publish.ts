import { createReadStream } from 'node:fs';
import type { CheckView, Client, ReleaseView } from '@fettle/api';
import {
  FettleError,
  type FleetId,
  isCleared,
  type Manifest,
  type ReleaseArtifact,
  type Requirement,
} from '@fettle/model';
import { checkOnServer, type ServerCheck } from '../check/server-check.ts';
import { waivedWords } from '../check/waived-words.ts';
import { formatBytes, formatShare } from '../output/format.ts';
import type { Step } from '../output/steps.ts';
import type { ArtifactSpec } from '../parse/artifact-spec.ts';
import { type FileIdentity, identifyFile } from './digest.ts';
import type { Outcome, Published, PublishWay } from './publish-way.ts';

/** What is to be published. */
export interface Publication {
  readonly fleet: FleetId;
  readonly version: string;
  readonly specs: readonly ArtifactSpec[];
  readonly allowDowngrade: boolean;
  /** Undefined: the floor of the fleet. */
  readonly securityFloor: number | undefined;
  /** Undefined: the next one that the server knows to be free. */
  readonly counter: number | undefined;
  readonly notes: string;
  readonly mustPassThrough: boolean;
  readonly requires: readonly Requirement[];
  /** Hardware revisions that every artifact is for; empty for all. */
  readonly hardware: readonly string[];
  /** Documents that come with the release: SBOMs, VEX, provenance. */
  readonly documents: ServerCheck['documents'];
}

interface Work extends Publication {
  readonly client: Client;
  /** Undefined: nobody signs here; it ends when the gates have looked. */
  readonly way: PublishWay | undefined;
  readonly signal: AbortSignal;
  /** Takes each check that came to an end, cleared or not, and may refuse it. */
  readonly onCheck?: ((check: CheckView) => Promise<void>) | undefined;
  /** Whether gates look also where the fleet demands nothing. */
  readonly alwaysCheck?: boolean;
}

/** The steps from files to a published release; `result` is there once all have run. */
export function publishSteps(work: Work): { steps: readonly Step[]; result: () => Outcome } {
  let files: readonly FileIdentity[] = [];
  let outcome: Outcome | undefined;
  const { way } = work;
  const steps: Step[] = [
    { title: 'check', run: () => checkFleet(work) },
    {
      title: 'hash',
      run: async (say) => {
        files = await identifyAll(work, say);
        await demandSameBefore(work, artifactsOf(work, files));
        return files.map(({ digest, sizeBytes }) => `${digest.slice(0, 12)} (${formatBytes(sizeBytes)})`).join(', ');
      },
    },
    { title: 'upload', run: (say) => uploadAll(work, files, say) },
    { title: 'gates', run: (say) => passGates(work, artifactsOf(work, files), say) },
  ];
  if (way) {
    steps.push({
      title: 'sign and publish',
      run: async () => {
        outcome = await signAndPublish({ ...work, way }, artifactsOf(work, files));
        if ('file' in outcome) return `signed into ${outcome.file}`;
        const { version, counter } = outcome.release;
        return outcome.created ? `${version}, counter ${counter}` : `${version} was published already`;
      },
    });
  }
  const result = () => {
    if (!outcome) throw new FettleError('internal', 'Expected a published release, found none.');
    return outcome;
  };
  return { steps, result };
}

/** Has the server's gates look at what was uploaded, where the fleet demands anything of its releases. */
async function passGates(
  work: Work,
  artifacts: readonly ReleaseArtifact[],
  say: (text: string) => void,
): Promise<string> {
  const { client, fleet, version, documents, signal, way, onCheck, alwaysCheck } = work;
  const { policy } = await client.getReleasePolicy({ fleet }, { signal });
  if (!policy && documents.length === 0 && way && !alwaysCheck)
    return 'this fleet demands nothing (fettle policy set standard)';
  const named = artifacts.map(({ deviceType, component, digest }) => ({ deviceType, component, sha256: digest }));
  const order = { client, fleet, version, artifacts: named, documents, anew: false, signal };
  const check = await checkOnServer(order, say);
  await onCheck?.(check);
  if (!policy || isCleared(check)) return [check.statusReason, waivedWords(check.stages)].filter(Boolean).join(', ');
  const message = `The gates clear ${version} for no stage of fleet ${fleet}: ${check.statusReason}.`;
  throw new FettleError('gate-failed', message, {
    details: { check: check.id, next: `fettle release report ${check.id}` },
  });
}

/** Refuses early what the server would refuse after a long upload. */
async function checkFleet({ client, fleet, way, specs, signal }: Work): Promise<string> {
  const view = await client.getFleet({ fleet }, { signal });
  const said = way?.check(view) ?? `fleet ${fleet}, nobody signs here`;
  const { deviceTypes } = view;
  const stranger = specs.find((spec) => !deviceTypes.includes(spec.deviceType));
  if (stranger) {
    const message = `Expected a device type of fleet ${fleet} (${deviceTypes.join(', ')}), found ${stranger.deviceType}.`;
    throw new FettleError('invalid-input', message, { details: { next: `fettle fleet show ${fleet}` } });
  }
  return said;
}

async function identifyAll(work: Work, say: (text: string) => void): Promise<readonly FileIdentity[]> {
  const files: FileIdentity[] = [];
  for (const file of new Set(work.specs.map((spec) => spec.file))) {
    const onProgress = (share: number) => say(`${file} ${formatShare(share)}`);
    files.push(await identifyFile(file, { signal: work.signal, onProgress }));
  }
  return files;
}

async function uploadAll(work: Work, files: readonly FileIdentity[], say: (text: string) => void): Promise<string> {
  let sent = 0;
  for (const { file, digest, sizeBytes } of files) {
    const result = await work.client.upload({
      sha256: digest,
      sizeBytes,
      open: (offset) => createReadStream(file, { start: offset, highWaterMark: 262_144 }),
      onProgress: (bytes) => say(`${file} ${formatBytes(bytes)} of ${formatBytes(sizeBytes)}`),
      signal: work.signal,
    });
    if (result.sent) sent += sizeBytes;
  }
  return sent === 0 ? 'the server has it already' : formatBytes(sent);
}

function artifactsOf({ specs, hardware }: Work, files: readonly FileIdentity[]): readonly ReleaseArtifact[] {
  return specs.map(({ file, deviceType, component }) => {
    const identity = files.find((known) => known.file === file);
    if (!identity) throw new FettleError('internal', `${file} was not hashed.`);
    return { deviceType, component, kind: 'image', digest: identity.digest, sizeBytes: identity.sizeBytes, hardware };
  });
}

const mostRaces = 5;

/** Somebody else may publish between our question for the counter and our answer: then ask and sign again. */
async function signAndPublish(
  work: Work & { readonly way: PublishWay },
  artifacts: readonly ReleaseArtifact[],
): Promise<Outcome> {
  const { client, fleet, version, signal, way } = work;
  for (let race = 1; ; race++) {
    const there = await findRelease(work);
    if (there) return confirmSame(there, work, artifacts);
    const counter = work.counter ?? (await client.nextCounter({ fleet }, { signal })).counter;
    const floor = work.securityFloor ?? (await client.getFleet({ fleet }, { signal })).securityFloor;
    const { allowDowngrade, mustPassThrough, requires, notes } = work;
    const order = { counter, securityFloor: floor, allowDowngrade, mustPassThrough, requires };
    const manifest: Manifest = { fleet, version, ...order, artifacts, notes };
    try {
      return await way.publish(manifest);
    } catch (error) {
      if (race >= mostRaces || !(await way.isOvertaken(error))) throw error;
    }
  }
}

async function findRelease({ client, fleet, version, signal }: Work): Promise<ReleaseView | undefined> {
  try {
    return await client.getRelease({ fleet, version }, { signal });
  } catch (error) {
    if (error instanceof FettleError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Refuses before the upload what would be refused after all gates: the version is there, as something else. */
async function demandSameBefore(work: Work, artifacts: readonly ReleaseArtifact[]): Promise<void> {
  const there = await findRelease(work);
  if (!there) return;
  // Where nobody signs here, notes and the like are for whoever does.
  if (work.way) confirmSame(there, work, artifacts);
  else demandSame(there, work, otherArtifacts(there, artifacts));
}

/** The same command run twice (as build servers do) is fine; another content under the same version is not. */
function confirmSame(there: ReleaseView, work: Work, artifacts: readonly ReleaseArtifact[]): Published {
  const { securityFloor = there.securityFloor, allowDowngrade, notes } = work;
  demandSame(there, work, [
    ...otherArtifacts(there, artifacts),
    ...(allowDowngrade === there.allowDowngrade
      ? []
      : [`--allow-downgrade (${there.allowDowngrade ? 'set' : 'not set'})`]),
    ...(securityFloor === there.securityFloor ? [] : [`another --security-floor (${there.securityFloor})`]),
    ...(notes === there.notes ? [] : [`other notes (${there.notes === '' ? 'none' : `"${shorten(there.notes)}"`})`]),
  ]);
  return { release: there, created: false };
}

/** Where a release has other bytes than are to be published, or a place that the other has not. */
function otherArtifacts(there: ReleaseView, artifacts: readonly ReleaseArtifact[]): readonly string[] {
  const placesOf = (list: readonly { deviceType: string; component: string }[], digestOf: (place: number) => string) =>
    new Map(list.map(({ deviceType, component }, place) => [`${deviceType}/${component}`, digestOf(place)]));
  const known = placesOf(there.artifacts, (place) => there.artifacts[place]?.sha256 ?? '');
  const wanted = placesOf(artifacts, (place) => artifacts[place]?.digest ?? '');
  const places = new Set([...known.keys(), ...wanted.keys()]);
  const others = [...places].filter((place) => known.get(place) !== wanted.get(place));
  return others.length === 0 ? [] : [`other contents for ${others.slice(0, mostNamed).join(', ')}`];
}

const mostNamed = 8;

function demandSame(there: ReleaseView, { version, fleet }: Work, different: readonly string[]): void {
  if (different.length === 0 && there.status === 'published') return;
  const found = there.status === 'revoked' ? 'a revoked one' : `one with ${different.join(' and ')}`;
  throw new FettleError('already-exists', `Expected no release ${version} in fleet ${fleet}, found ${found}.`, {
    details: { next: `fettle release show ${version}, then publish under a new version` },
  });
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
