import {
  FettleError,
  type FleetId,
  type Group,
  type GroupName,
  groupName,
  type Release,
  type Rollout,
  rolloutId,
} from '@fettle/model';
import { demand, type Scope } from '../../access/scope.ts';
import type { Brain } from '../../brain.ts';
import type { Reads } from '../../ports.ts';
import type { RolloutContext } from '../context.ts';
import { loadContext } from '../load-context.ts';
import { phasesOf } from '../plan.ts';
import { policyOf } from '../policy.ts';
import type { PlanInput } from '../rollouts.ts';
import { audienceSurvey } from './audience-survey.ts';
import { type Forecast, forecast } from './forecast.ts';
import { membersOf } from './forecast-members.ts';

export interface ForecastRequest {
  readonly version: string;
  readonly group: string;
  readonly plan: PlanInput;
  /** From an offer to the commit, on average; undefined for what is usual. */
  readonly installMs: number | undefined;
}

/** A forecast and what it takes for granted. */
export interface RolloutForecast extends Forecast {
  readonly checkInIntervalMs: number;
  readonly installMs: number;
}

/** Download, installation, reboot and health checks of a Linux device on an ordinary line. */
const usualInstallMs = 10 * 60_000;

/** What would happen at best if this rollout started now; changes nothing. Looks at every device of the fleet once. */
export async function forecastRollout(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  { version, group, plan, installMs = usualInstallMs }: ForecastRequest,
): Promise<RolloutForecast> {
  demand(scope, 'fleet.read');
  const now = brain.clock.now();
  const reads = brain.store.reads(scope);
  const known = await loadContext(reads, fleet, now);
  const release = await reads.releaseByVersion(fleet, version);
  if (!release) throw new FettleError('not-found', `Fleet ${fleet} has no release ${version}.`);
  const rollout = draftOf(plan, { fleet, release, group: groupName(group), now });
  const context: RolloutContext = { rollout, release, ...(await groupsOf(reads, rollout)), counts: [], starts: [] };
  const order = { fleet: { ...known, rollouts: [] }, context, now };
  const found = await brain.store.scans(scope).survey(audienceSurvey, { fleet, status: 'accepted' }, order);
  const { checkInIntervalMs, freezes } = known.fleet;
  const played = forecast({
    plan: { ...plan, policy: rollout.policy },
    now,
    members: membersOf(rollout, { devices: found.devices, groups: new Map(found.groups) }),
    zones: found.zones.map(([zone, devices]) => ({ zone, devices })),
    freezes,
    bytesPerDevice: found.bytes / Math.max(1, found.devices),
    checkInIntervalMs,
    installMs,
  });
  return { ...played, checkInIntervalMs, installMs };
}

/** The rollout that would be made: it is never stored. */
function draftOf(
  plan: PlanInput,
  { fleet, release, group, now }: { fleet: FleetId; release: Release; group: GroupName; now: number },
): Rollout {
  return {
    id: rolloutId(`rol_${'0'.repeat(26)}`),
    fleet,
    release: release.id,
    group,
    status: 'draft',
    statusReason: 'A forecast.',
    salt: '',
    phases: phasesOf(plan),
    onFail: plan.onFail,
    maxAttempts: plan.maxAttempts,
    retryBackoffMs: plan.retryBackoffMs,
    policy: policyOf(plan.policy),
    returns: null,
    createdBy: '',
    approvedBy: [],
    createdAt: now,
    startedAt: null,
    endedAt: null,
    revision: 0,
  };
}

async function groupsOf(reads: Reads, rollout: Rollout): Promise<Pick<RolloutContext, 'group' | 'phaseGroups'>> {
  const phaseGroups = new Map<number, Group>();
  for (const [index, { size }] of rollout.phases.entries()) {
    if ('group' in size) phaseGroups.set(index, await requireGroup(reads, rollout.fleet, size.group));
  }
  return { group: await requireGroup(reads, rollout.fleet, rollout.group), phaseGroups };
}

async function requireGroup(reads: Reads, fleet: FleetId, name: GroupName): Promise<Group> {
  const group = await reads.group(fleet, name);
  if (!group) throw new FettleError('not-found', `Fleet ${fleet} has no group ${name}.`);
  return group;
}
