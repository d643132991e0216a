import type { WorldDevice } from './device/world-device.ts';
import type { Timeline } from './kernel/timeline.ts';
import type { NoticeBoard } from './server/notices.ts';
import type { Replica } from './server/replica.ts';
import type { Fault, WorldPlan } from './world-plan.ts';

export interface FaultOptions {
  readonly plan: WorldPlan;
  readonly timeline: Timeline;
  readonly replicas: readonly Replica[];
  readonly notices: NoticeBoard;
  readonly devices: readonly WorldDevice[];
  readonly note: (actor: string, what: string) => void;
}

/** Lets go wrong what the plan says, and mends it again when its time is over. */
export function letFail(options: FaultOptions): void {
  const { plan: world, timeline, note } = options;
  for (const fault of world.faults) {
    const from = world.startAt + fault.afterMs;
    timeline.at(from, () => {
      note('fault', describe(fault));
      begin(options, fault, from + fault.forMs);
    });
    timeline.at(from + fault.forMs, () => {
      note('fault', `${fault.kind} is over`);
      return end(options, fault);
    });
  }
}

function begin({ replicas, timeline, notices, devices }: FaultOptions, fault: Fault, until: number): void {
  if (fault.kind === 'blackout') {
    for (const device of devices) device.cutPower(fault.forMs);
    return;
  }
  if (fault.kind === 'stall') {
    for (const replica of replicas) replica.stalledUntil = Math.max(replica.stalledUntil, until);
    return;
  }
  const replica = replicas[fault.replica];
  if (!replica) return;
  if (fault.kind === 'kill') replica.kill();
  else if (fault.kind === 'cut-off') replica.cutOffUntil = until;
  else if (fault.kind === 'clock') replica.skewMs = fault.skewMs;
  else if (fault.kind === 'broken-connections') replica.failureShare = 0.3;
  else {
    notices.deafen(replica);
    timeline.after(fault.forMs / 2, () => notices.findOut(replica));
  }
}

function end({ replicas, notices }: FaultOptions, fault: Fault): Promise<void> | undefined {
  const replica = 'replica' in fault ? replicas[fault.replica] : undefined;
  if (!replica) return undefined;
  if (fault.kind === 'kill') return replica.start();
  if (fault.kind === 'clock') replica.skewMs = 0;
  else if (fault.kind === 'broken-connections') replica.failureShare = 0;
  else if (fault.kind === 'deaf') notices.restore(replica);
  return undefined;
}

function describe(fault: Fault): string {
  const where = 'replica' in fault ? ` of replica ${fault.replica}` : '';
  const what = fault.kind === 'clock' ? ` by ${fault.skewMs} ms` : '';
  return `${fault.kind}${where}${what} for ${fault.forMs} ms`;
}
