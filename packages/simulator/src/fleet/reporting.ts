import { type DeploymentError, limits } from '@fettle/model';
import type { native } from '@fettle/protocol';
import type { DeviceMemory } from './memory.ts';
import type { MisbehaviourName } from './misbehaviour.ts';

/** Adds a report to the outbox; the sequence rises by one with every report of a deployment. */
export function addReport(
  memory: DeviceMemory,
  deployment: string,
  report: {
    readonly status: native.ReportMessage['status'];
    readonly deviceTime: string;
    readonly error?: DeploymentError;
    readonly detail?: string;
  },
): native.ReportMessage {
  memory.sequence++;
  const added: native.ReportMessage = { deployment, sequence: memory.sequence, ...report };
  memory.outbox.push(added);
  // A server that acknowledges nothing must not make the device grow: the newest reports tell the most.
  if (memory.outbox.length > limits.reportsPerCheckIn) memory.outbox.shift();
  return added;
}

/**
 * Which reports go out now, in which order.
 * @param again reports that were acknowledged already and are sent once more by devices that double everything
 */
export function reportsToSend(
  memory: DeviceMemory,
  wrong: ReadonlySet<MisbehaviourName>,
  again: readonly native.ReportMessage[],
): readonly native.ReportMessage[] {
  if (wrong.has('reorders-reports')) return memory.update ? [] : memory.outbox.toReversed();
  if (wrong.has('duplicates-reports')) {
    const doubled = [...again, ...memory.outbox.flatMap((report) => [report, report])];
    return doubled.slice(0, limits.reportsPerCheckIn);
  }
  return memory.outbox;
}

/**
 * Forgets what the server keeps for good.
 * @returns the reports among those sent that are acknowledged
 */
export function settleReports(
  memory: DeviceMemory,
  sent: readonly native.ReportMessage[],
  acknowledged: readonly native.Acknowledgement[],
): readonly native.ReportMessage[] {
  const highest = new Map<string, number>();
  for (const { deployment, sequence } of acknowledged) {
    highest.set(deployment, Math.max(sequence, highest.get(deployment) ?? 0));
  }
  // Only what was in this very request: a higher number says nothing about a report that was never sent.
  const kept = sent.filter(({ deployment, sequence }) => sequence <= (highest.get(deployment) ?? 0));
  const done = new Set(kept.map(reportKey));
  memory.outbox = memory.outbox.filter((report) => !done.has(reportKey(report)));
  return kept;
}

function reportKey({ deployment, sequence }: native.ReportMessage): string {
  return `${deployment}/${sequence}`;
}
