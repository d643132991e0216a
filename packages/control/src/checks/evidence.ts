import { createHash } from 'node:crypto';
import { findExcess } from '@fettle/gates';
import {
  type Digest,
  digest,
  type EvidenceText,
  FettleError,
  type FleetId,
  limits,
  type SuppliedKind,
  suppliedKinds,
} from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';

/** Names a text by its SHA-256. */
export function evidenceOf(kind: string, mediaType: string, text: string): EvidenceText {
  return { kind, mediaType, text, digest: digest(createHash('sha256').update(text, 'utf8').digest('hex')) };
}

/**
 * Keeps a document that comes with a release: the exact text, named by its digest.
 * @throws FettleError `invalid-input`, `too-large`
 */
export async function supplyEvidence(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: { readonly kind: string; readonly text: string },
): Promise<{ readonly kind: SuppliedKind; readonly digest: Digest; readonly sizeBytes: number }> {
  demand(scope, 'release.publish');
  const kind = suppliedKinds.find((known) => known === input.kind);
  if (!kind) throw new FettleError('invalid-input', `Expected a document of kind ${suppliedKinds.join(', ')}.`);
  const sizeBytes = Buffer.byteLength(input.text, 'utf8');
  if (sizeBytes > limits.evidenceBytes) {
    throw new FettleError('too-large', `A document has at most ${limits.evidenceBytes} bytes, found ${sizeBytes}.`);
  }
  demandJson(input.text, sizeBytes);
  await requireFleet(brain.store.reads(scope), fleet);
  const kept = evidenceOf(kind, 'application/json', input.text);
  await brain.store.transact(scope, (tx) => tx.keepEvidence(kept));
  return { kind, digest: kept.digest, sizeBytes };
}

/** A text that is kept as evidence. */
export async function getEvidence(scope: Scope, brain: Brain, fleet: FleetId, wanted: Digest): Promise<EvidenceText> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await requireFleet(reads, fleet);
  const found = await reads.evidence(wanted);
  if (!found) throw new FettleError('not-found', `There is no evidence ${wanted}.`);
  return found;
}

/** Small documents are parsed to see what they are; large ones when the gates read them, in a process of their own. */
const parsedBytes = 1_048_576;
const documentBounds = { depth: 64, values: 4_000_000 };

function demandJson(text: string, sizeBytes: number): void {
  const excess = findExcess(Buffer.from(text, 'utf8'), documentBounds);
  if (excess !== null) throw new FettleError('too-large', excess);
  try {
    if (sizeBytes <= parsedBytes) JSON.parse(text);
    else if (!/^\s{0,64}\{/.test(text)) throw new SyntaxError('It does not begin as an object does.');
  } catch {
    throw new FettleError('invalid-input', 'Expected a document in JSON (CycloneDX, SPDX, OpenVEX, CSAF, a bundle).');
  }
}
