import { FettleError } from '@fettle/model';
import { type Hash, type Head, isKeyName, mostProofHashes, type SignCheckpoint } from '@fettle/trust';

/** The last of a log that was signed; null when nothing was. The root is in base64. */
export type WireHead = { readonly size: number; readonly root: string } | null;

/** A request for a checkpoint; hashes are in base64. */
export interface WireCheckpoint {
  readonly origin: string;
  readonly oldSize: number;
  readonly size: number;
  readonly root: string;
  readonly proof: readonly string[];
}

export function writeHead(head: Head | undefined): WireHead {
  return head ? { size: head.size, root: base64(head.root) } : null;
}

export function readHead(head: WireHead): Head | undefined {
  return head ? { size: head.size, root: Buffer.from(head.root, 'base64') } : undefined;
}

export function writeCheckpoint({ oldSize, proof, checkpoint }: SignCheckpoint): WireCheckpoint {
  const { origin, size, root } = checkpoint;
  return { origin, oldSize, size, root: base64(root), proof: proof.map(base64) };
}

/** @throws FettleError `invalid-input` */
export function readCheckpoint(message: Readonly<Record<string, unknown>>): SignCheckpoint {
  const { oldSize, size, root, proof } = message;
  if (!isCount(oldSize) || !isCount(size)) return fail('oldSize and size to be whole numbers');
  if (!Array.isArray(proof) || proof.length > mostProofHashes) return fail(`at most ${mostProofHashes} hashes`);
  const checkpoint = { origin: readOrigin(message.origin), size, root: readHash(root) };
  return { oldSize, proof: proof.map(readHash), checkpoint };
}

/** @throws FettleError `invalid-input` */
export function readOrigin(origin: unknown): string {
  return typeof origin === 'string' && isKeyName(origin) ? origin : fail('origin to be the name of a log');
}

function readHash(text: unknown): Hash {
  const hash = typeof text === 'string' && text.length === 44 ? Buffer.from(text, 'base64') : undefined;
  return hash?.length === 32 ? hash : fail('hashes of 32 bytes in base64');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function base64(hash: Hash): string {
  return Buffer.from(hash).toString('base64');
}

function fail(expected: string): never {
  throw new FettleError('invalid-input', `Signer: expected ${expected}.`);
}
