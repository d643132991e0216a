import type { DeploymentStatus } from '@fettle/model';
import type { Deed } from './misbehaviour.ts';

/** A report that the server said it keeps for good. */
export interface AcknowledgedReport {
  readonly sequence: number;
  readonly status: DeploymentStatus;
}

/** One deployment as the device lived it: the truth that a server's record is judged by. */
export interface LedgerEntry {
  readonly device: string;
  readonly deployment: string;
  readonly version: string;
  /** Release counter that the signed manifest names. */
  readonly counter: number;
  /** When the check-in that brought the first offer was sent. */
  readonly askedAt: number;
  /** What the device did in the end; null while it is at it. */
  readonly deed: Deed | null;
  readonly acknowledged: readonly AcknowledgedReport[];
}

/** What a server that knows the truth says of a deed. A silent device may also be given up by an abort. */
export function agrees(deed: Deed, status: DeploymentStatus): boolean {
  if (deed === 'nothing') return status === 'timedOut' || status === 'aborted';
  // A device that waits until the server gives up sees its deployment end, and gives up too.
  if (deed === 'aborted') return status === 'aborted' || status === 'timedOut';
  return deed === status;
}

interface Row extends Omit<LedgerEntry, 'deed' | 'acknowledged'> {
  deed: Deed | null;
  acknowledged: AcknowledgedReport[];
}

/** The fleet's own record of what really happened. */
export class Ledger {
  readonly #rows = new Map<string, Row>();

  offered(entry: Omit<LedgerEntry, 'deed' | 'acknowledged'>): void {
    if (!this.#rows.has(entry.deployment)) this.#rows.set(entry.deployment, { ...entry, deed: null, acknowledged: [] });
  }

  /** A later deed replaces an earlier one: a device may go back after it had succeeded. */
  did(deployment: string, deed: Deed): void {
    const row = this.#rows.get(deployment);
    if (row) row.deed = deed;
  }

  /** @returns whether this was news */
  acknowledged(deployment: string, report: AcknowledgedReport): boolean {
    const row = this.#rows.get(deployment);
    if (!row || row.acknowledged.some(({ sequence }) => sequence === report.sequence)) return false;
    row.acknowledged.push({ sequence: report.sequence, status: report.status });
    return true;
  }

  entry(deployment: string): LedgerEntry | undefined {
    return this.#rows.get(deployment);
  }

  entries(): readonly LedgerEntry[] {
    return [...this.#rows.values()];
  }

  /** How many deployments ended how; `open` counts those that are still under way. */
  deeds(): Readonly<Record<Deed | 'open', number>> {
    const counts = { succeeded: 0, failed: 0, rolledBack: 0, aborted: 0, nothing: 0, open: 0 };
    for (const { deed } of this.#rows.values()) counts[deed ?? 'open']++;
    return counts;
  }
}
