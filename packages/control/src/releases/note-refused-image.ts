import { FettleError, type FleetId } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';

const refusals: readonly string[] = ['image-refused', 'gate-failed'];

/** Runs a publication; one that image policy or gates refuse is an event of the audit log: somebody tried. */
export async function noteRefusedImage<T>(
  scope: Scope,
  brain: Brain,
  { fleet, digest }: { readonly fleet: FleetId; readonly digest: string },
  publication: () => Promise<T>,
): Promise<T> {
  try {
    return await publication();
  } catch (error) {
    if (error instanceof FettleError && refusals.includes(error.code)) {
      const object = `fleet/${fleet}`;
      const event = { verb: 'release.refused', object, fleet, before: null, after: digest } as const;
      await brain.store.transact(scope, (tx) => tx.appendAudit({ ...event, reason: error.message }));
    }
    throw error;
  }
}
