import { type Digest, FettleError, type Instant, type Release } from '@fettle/model';
import type { Envelope } from '@fettle/trust';
import type { Reads } from '../ports.ts';
import { eventsOf } from './makers.ts';

/**
 * Words are signed once. Without this a signature that was taken back could be brought again while the words are fresh, by
 * whoever saw the envelope and without the key.
 * @param at when the words were drafted: none of an earlier signature can be the same
 * @throws FettleError `already-exists`
 */
export async function demandUnused(
  reads: Pick<Reads, 'auditEvents' | 'evidence'>,
  { id }: Pick<Release, 'id'>,
  { statement, at }: { readonly statement: Uint8Array; readonly at: Instant },
): Promise<void> {
  for await (const event of eventsOf(reads, { object: `release/${id}`, verbs: ['release.approved'] })) {
    if (event.at < at) return;
    // The log names the envelope that was kept, whether or not its signature was taken back since.
    const kept = event.after === null ? undefined : await reads.evidence(event.after as Digest);
    const { payload } = JSON.parse(kept?.text ?? '{}') as Partial<Envelope>;
    if (payload === undefined || !Buffer.from(payload, 'base64').equals(statement)) continue;
    throw new FettleError(
      'already-exists',
      'This statement was signed before: look at the release again and sign anew.',
    );
  }
}
