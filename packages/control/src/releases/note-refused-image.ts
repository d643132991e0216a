import { FettleError, type FleetId } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';

/** Runs a publication; an image that it refuses is an event of the audit log: somebody tried. */
export async function noteRefusedImage<T>(
  scope: Scope,
  brain: Brain,
  { fleet, digest }: { readonly fleet: FleetId; readonly digest: string },
  publication: () => Promise<T>,
): Promise<T> {
  try {
    return await publication();
  } catch (error) {
    if (error instanceof FettleError && error.code === 'image-refused') {
      const object = `fleet/${fleet}`;
      const event = { verb: 'release.refused', object, fleet, before: null, after: digest } as const;
      await brain.store.transact(scope, (tx) => tx.appendAudit({ ...event, reason: error.message }));
    }
    throw error;
  }
}
