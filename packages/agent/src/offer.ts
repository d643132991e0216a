import { artifactsFor, type ComponentName, deviceType, type Manifest, type ReleaseArtifact } from '@fettle/model';
import type { native } from '@fettle/protocol';
import type { Slot } from './boot/boot-driver.ts';
import type { AgentErrorCode } from './errors.ts';
import { currentCounterOf, type Journal, type WorkArtifact } from './journal.ts';
import type { NewWork } from './transitions.ts';
import type { OpenedRelease } from './trust/release-opener.ts';

/** What an offer is judged against. */
export interface OfferDemand {
  /** What was signed of it. */
  readonly release: OpenedRelease;
  readonly deviceType: string;
  /** Null when nobody has told which revision this is. */
  readonly hardwareRevision: string | null;
  /** Bytes that fit the inactive slot, by configured component; undefined when that slot does not exist. */
  readonly roomBytes: ReadonlyMap<string, number | undefined>;
  readonly booted: Slot;
  readonly journal: Journal;
}

export type OfferVerdict =
  | { readonly verdict: 'accept'; readonly work: NewWork }
  | { readonly verdict: 'already'; readonly manifest: Manifest }
  | { readonly verdict: 'refuse'; readonly code: AgentErrorCode; readonly message: string };

type Refusal = Extract<OfferVerdict, { verdict: 'refuse' }>;

/**
 * Judges an offer before a byte is written: type, hardware, components, what was offered against
 * what was signed, what it needs beneath it, version policy, room. The first thing that is wrong decides.
 */
export function judgeOffer(offer: native.OfferMessage, demand: OfferDemand): OfferVerdict {
  const { manifest, securityFloor, nativeSignatures } = demand.release;
  if (offer.version !== manifest.version) {
    return refuse('offer-mismatch', `Version ${offer.version} was offered, ${manifest.version} was signed.`);
  }
  const signed = artifactsFor(manifest, deviceType(demand.deviceType));
  const misfit =
    judgeComponents(signed, demand) ??
    judgeHardware(signed, demand) ??
    judgeArtifacts(offer, signed) ??
    judgeFloor(manifest, demand);
  if (misfit) return misfit;
  if (runsAlready(signed, demand)) return { verdict: 'already', manifest };
  const forbidden = judgeRequires(manifest, demand) ?? judgeCounter(manifest, demand) ?? judgeRoom(signed, demand);
  if (forbidden) return forbidden;
  const { version, counter } = manifest;
  const artifacts = signed.map((artifact) => workArtifact(artifact, offer, nativeSignatures[artifact.component]));
  const { deployment, demands = {} } = offer;
  const work = { deployment, version, counter, securityFloor, artifacts, from: demand.booted, demands };
  return { verdict: 'accept', work };
}

function judgeComponents(signed: readonly ReleaseArtifact[], demand: OfferDemand): Refusal | undefined {
  if (signed.length === 0) {
    return refuse('wrong-type', `The release has nothing for device type ${demand.deviceType}.`);
  }
  const strange = signed.find(({ component }) => !demand.roomBytes.has(component));
  if (strange) {
    return refuse(
      'unknown-component',
      `The release has component ${strange.component}, this device is not set up for it.`,
    );
  }
  // All components switch slots together: one that is left out would come back in an old state.
  const missing = [...demand.roomBytes.keys()].find((name) => !signed.some(({ component }) => component === name));
  if (missing !== undefined) {
    return refuse(
      'component-missing',
      `The release lacks component ${missing}, which shares its slots with the others.`,
    );
  }
  const strangeKind = signed.find(({ kind }) => kind !== 'image');
  if (strangeKind) {
    return refuse('kind-unsupported', `A raw slot takes an image; ${strangeKind.component} is a ${strangeKind.kind}.`);
  }
  return undefined;
}

function judgeHardware(signed: readonly ReleaseArtifact[], { hardwareRevision }: OfferDemand): Refusal | undefined {
  const misfit = signed.find(({ hardware }) => hardware.length > 0 && !hardware.includes(hardwareRevision ?? ''));
  if (!misfit) return undefined;
  const made = `${misfit.component} is made for hardware revision ${misfit.hardware.join(', ')}`;
  const found =
    hardwareRevision === null ? 'the configuration names none (hardwareRevision)' : `this is ${hardwareRevision}`;
  return refuse('hardware-mismatch', `${made}; ${found}.`);
}

function judgeArtifacts(offer: native.OfferMessage, signed: readonly ReleaseArtifact[]): Refusal | undefined {
  const offered = new Map(offer.artifacts.map((artifact) => [artifact.component, artifact]));
  if (offered.size !== offer.artifacts.length || offered.size !== signed.length) {
    return refuse('offer-mismatch', `${offer.artifacts.length} artifacts were offered, ${signed.length} were signed.`);
  }
  for (const artifact of signed) {
    const found = offered.get(artifact.component);
    const same =
      found?.sha256 === artifact.digest && found.sizeBytes === artifact.sizeBytes && found.kind === artifact.kind;
    if (!same) {
      return refuse('offer-mismatch', `The artifact offered for ${artifact.component} is not the one that was signed.`);
    }
  }
  return undefined;
}

function judgeFloor({ counter, version }: Manifest, { journal }: OfferDemand): Refusal | undefined {
  if (counter >= journal.floor) return undefined;
  return refuse('below-floor', `Release ${version} has counter ${counter}, the security floor is ${journal.floor}.`);
}

function runsAlready(signed: readonly ReleaseArtifact[], { journal, booted }: OfferDemand): boolean {
  const contents = journal.slots[booted];
  if (contents.state !== 'known') return false;
  return signed.every(({ component, digest }) => contents.components[component]?.sha256 === digest);
}

/** All components share their slots, so each runs what the slot that booted holds. */
function judgeRequires(
  { version, requires }: Manifest,
  { journal, booted, roomBytes }: OfferDemand,
): Refusal | undefined {
  const current = currentCounterOf(journal, booted);
  const unmet = requires.find(({ component, counter }) => (roomBytes.has(component) ? current : 0) < counter);
  if (!unmet) return undefined;
  const needs = `Release ${version} needs ${unmet.component} at release counter ${unmet.counter} or above`;
  const found = roomBytes.has(unmet.component) ? `the device runs ${current}` : 'the device has no such component';
  return refuse('unmet-depends', `${needs}; ${found}. Install that first.`);
}

function judgeCounter(manifest: Manifest, { journal, booted }: OfferDemand): Refusal | undefined {
  const current = currentCounterOf(journal, booted);
  if (manifest.counter > current || manifest.allowDowngrade) return undefined;
  const message = `Release ${manifest.version} has counter ${manifest.counter}, the device runs ${current}; it does not allow a downgrade.`;
  return refuse('downgrade-forbidden', message);
}

function judgeRoom(signed: readonly ReleaseArtifact[], { roomBytes }: OfferDemand): Refusal | undefined {
  for (const { component, sizeBytes } of signed) {
    const room = roomBytes.get(component as ComponentName);
    if (room === undefined) {
      const message = `The inactive slot of ${component} does not exist. Make it at its full size, or set slotSizeBytes.`;
      return refuse('slot-missing', message);
    }
    if (sizeBytes > room) {
      return refuse('too-big-for-slot', `${component} has ${sizeBytes} bytes, its slot has room for ${room}.`);
    }
  }
  return undefined;
}

function workArtifact(
  { component, digest, sizeBytes }: ReleaseArtifact,
  offer: native.OfferMessage,
  nativeSignature: string | undefined,
): WorkArtifact {
  const url = offer.artifacts.find((artifact) => artifact.component === component)?.url ?? '';
  const artifact = { component, sha256: digest, sizeBytes, url };
  return nativeSignature === undefined ? artifact : { ...artifact, nativeSignature };
}

function refuse(code: AgentErrorCode, message: string): Refusal {
  return { verdict: 'refuse', code, message };
}
