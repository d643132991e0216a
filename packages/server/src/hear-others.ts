import { type Brain, deviceHash } from '@fettle/control';
import type { FleetId } from '@fettle/model';
import type { ChangeNotice, Company } from './store/index.ts';

/** While nothing is heard, what is kept in memory is at most this old. */
const deafMs = 250;

/**
 * Drops from memory what other processes have changed. While they cannot be heard nothing is remembered of devices,
 * and contexts are read anew all the time: what is decided for an offer is decided on the database itself anyway.
 * @param onChange asks for a look at the rollouts
 * @returns ends it
 */
export function hearOthers(company: Company, brain: Brain, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  company.listen({
    changed(notice) {
      forgetChanged(brain, notice);
      onChange();
    },
    lost() {
      brain.quiet.setEnabled(false);
      brain.contexts.forgetAll();
      timer ??= setInterval(() => brain.contexts.forgetAll(), deafMs).unref();
    },
    back() {
      clearInterval(timer);
      timer = undefined;
      brain.contexts.forgetAll();
      brain.quiet.forgetAll();
      brain.quiet.setEnabled(true);
      onChange();
    },
  });
  return () => clearInterval(timer);
}

function forgetChanged({ contexts, quiet }: Brain, notice: ChangeNotice): void {
  const { tenant, structure, counts, devices, everything } = notice;
  if (everything) {
    contexts.forgetAll();
    quiet.forgetAll();
    return;
  }
  for (const fleet of structure) contexts.structureChanged(tenant, fleet);
  for (const [fleet, rollouts] of Object.entries(counts)) contexts.countsChanged(tenant, fleet as FleetId, rollouts);
  quiet.forgetDevices(devices.map((device) => deviceHash(tenant, device)));
}
