import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckView, Client } from '@fettle/api';
import { FettleError, type FleetId, type SuppliedKind } from '@fettle/model';

/** What is to be checked: artifacts that are uploaded, and the documents that come with them. */
export interface ServerCheck {
  readonly client: Client;
  readonly fleet: FleetId;
  readonly version: string;
  readonly artifacts: readonly { readonly deviceType: string; readonly component: string; readonly sha256: string }[];
  readonly documents: readonly { readonly kind: SuppliedKind; readonly file: string }[];
  readonly anew: boolean;
  readonly signal: AbortSignal;
}

const firstLookMs = 200;
const mostLookMs = 3_000;

/** Has the server run its gates, and waits until they have come to an end. */
export async function checkOnServer(work: ServerCheck, say: (text: string) => void): Promise<CheckView> {
  const { client, fleet, version, artifacts, anew, signal } = work;
  const supplied: { readonly kind: SuppliedKind; readonly sha256: string }[] = [];
  for (const { kind, file } of work.documents) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new FettleError('invalid-input', `${file}: expected a document (${kind}) that can be read.`, { cause });
    });
    const { sha256 } = await client.supplyEvidence({ fleet, kind, text }, { signal });
    supplied.push({ kind, sha256 });
  }
  const asked = await client.requestCheck({ fleet, version, artifacts: [...artifacts], supplied, anew }, { signal });
  let check = asked.check;
  for (let waitMs = firstLookMs; check.status === 'queued' || check.status === 'running'; waitMs = longer(waitMs)) {
    say(`${check.status}: ${check.statusReason}`);
    await delay(waitMs, undefined, { signal });
    check = await client.getCheck({ fleet, check: check.id }, { signal });
  }
  if (check.status === 'done') return check;
  throw new FettleError('check-failed', `The check of ${version} failed: ${check.statusReason}`, {
    details: { check: check.id, next: `fettle release report ${check.id}` },
  });
}

function longer(waitMs: number): number {
  return Math.min(mostLookMs, waitMs * 1.5);
}
