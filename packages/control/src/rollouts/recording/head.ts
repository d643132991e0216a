import { limits, type Phase, type Release, type Rollout } from '@fettle/model';
import type { Reads } from '../../ports.ts';
import type { RecordingLine, Run } from './line.ts';
import type { Recorded } from './recorded.ts';

/** How often a rollout is assumed to be moved on under another plan than the one that ran. */
const tickMs = 10_000;

const always = [
  'Check-ins that came to nothing are not kept by a server: each device is taken to have called once in an interval, at the distance of its offers.',
  'With the plan that ran, devices are asked at the very moments of their offers and ends, and the rollout at those of its steps; what else was asked there came to nothing.',
  'Moments within a millisecond are told apart by the order of the audit list.',
  'What a device said of itself before its first offer is what the server kept as changed since then; when it changed is not kept: it is taken to be when the release first ran.',
  'Groups, holds, tags, the fleet and its releases are those of the end of the recording.',
];

/** Header and fleet. */
export async function recordHead(reads: Reads, recorded: Recorded): Promise<RecordingLine[]> {
  const { rollout, from, until, checkInIntervalMs } = recorded;
  const fleet = await reads.fleet(rollout.fleet);
  if (!fleet) return [];
  const releases = await releasesOf(reads, recorded);
  const others = await othersOf(reads, recorded);
  const isSequential = rollout.policy.gate.kind === 'sequential';
  const assumptions = [
    ...always,
    ...(isSequential
      ? [
          'When the gate looked at devices that were silent or well is not kept: with the plan that ran it looks when the rollout takes a step.',
        ]
      : []),
    ...(others > 0 ? [`${others} other rollouts of the fleet are left out, with what they kept busy.`] : []),
  ];
  const ticks: Run[] = [
    [checkInIntervalMs, tickMs, Math.max(1, Math.floor((until - from - checkInIntervalMs) / tickMs))],
  ];
  const steps = stepsOf(rollout)
    .filter((at) => at >= from && at <= until)
    .map((at) => at - from);
  return [
    {
      kind: 'header',
      format: 'fettle-recording',
      version: 1,
      source: 'server',
      from,
      until,
      ticks,
      steps,
      assumptions,
    },
    {
      kind: 'fleet',
      fleet,
      groups: await reads.groups(fleet.id),
      holds: (await reads.holds(fleet.id)).filter(({ createdAt }) => createdAt <= from + checkInIntervalMs),
      releases,
      rollout: asItBegan(rollout),
      startedAt: checkInIntervalMs,
    },
  ];
}

/** Steps that only show in the rollout itself. */
function stepsOf({ phases }: Rollout): number[] {
  const found = phases.flatMap(({ soakFrom, suspectSince }) => [soakFrom, suspectSince]);
  return [...new Set(found.filter((at) => typeof at === 'number'))].sort((a, b) => a - b);
}

function asItBegan(rollout: Rollout): Rollout {
  const phases = rollout.phases.map((phase): Phase => {
    const { gate: _gate, suspectSince: _suspect, asksSince: _asks, ...planned } = phase;
    const fresh = { bucketLimit: 0, members: 0, openedAt: null, forgivenFailures: 0, soakFrom: null, endedAt: null };
    return { ...planned, ...fresh, status: 'waiting' };
  });
  return { ...rollout, phases, status: 'running', statusReason: 'Started.', endedAt: null, revision: 1 };
}

async function releasesOf(reads: Reads, { rollout }: Recorded): Promise<Omit<Release, 'envelope'>[]> {
  const found: Omit<Release, 'envelope'>[] = [];
  let after: string | undefined;
  do {
    const page = await reads.releases(rollout.fleet, { after, limit: limits.pageSize });
    // One that was revoked meanwhile was not when it began: the act that revoked it follows.
    for (const { envelope: _, ...release } of page.items) {
      found.push(release.id === rollout.release ? { ...release, status: 'published' } : release);
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}

/** Rollouts of the fleet that were under way at the same time. */
async function othersOf(reads: Reads, { rollout, returns, until }: Recorded): Promise<number> {
  const { items } = await reads.rollouts(rollout.fleet, { limit: limits.rolloutsPerDecision });
  return items.filter((one) => {
    if (one.id === rollout.id || returns.has(one.id) || one.startedAt === null || one.startedAt > until) return false;
    return one.endedAt === null || one.endedAt > (rollout.startedAt ?? 0);
  }).length;
}
