import {
  clearedFor,
  FettleError,
  type Fleet,
  limits,
  type Release,
  type Rollout,
  type RolloutStatus,
  stageOfGroup,
} from '@fettle/model';
import type { Reads } from '../ports.ts';
import { clearanceFindings } from './predicates/clearance.ts';

/** What keeps every device of a rollout waiting, whatever the device itself is like. */
export interface RolloutHold {
  readonly code: 'gate-failed' | 'awaiting-approval';
  /** In words, after `waits for`: `tested by qa`, `the gates of stage production`. */
  readonly waitsFor: string;
  /** What would lift it. */
  readonly remedy: string;
}

/** A rollout as far as what its release has to show goes; it need not exist yet. */
export type Wished = Pick<Rollout, 'group' | 'returns' | 'startedAt'>;

const openStatuses: readonly RolloutStatus[] = ['draft', 'running', 'paused'];

/** What a rollout that is open waits for: the same findings as every one of its devices is told. */
export function holdsOf(fleet: Fleet, release: Release, rollout: Wished & Pick<Rollout, 'status'>): RolloutHold[] {
  if (!openStatuses.includes(rollout.status)) return [];
  return [...clearanceFindings({ context: { release, rollout }, fleet: { fleet } })].map(
    ({ code, evidence, remedy }) => {
      if (code !== 'awaiting-approval')
        return { code: 'gate-failed', waitsFor: `the gates of stage ${evidence.stage} (${evidence.gates})`, remedy };
      const { meaning, role, count, found } = evidence;
      const rest = Number(count) === 1 ? '' : ` (${found} of ${count})`;
      return { code, waitsFor: `${meaning} by ${role}${rest}`, remedy };
    },
  );
}

/**
 * Refuses a rollout that could only wait: nobody would see why. Signatures may still come, so they are no reason.
 * @throws FettleError `gate-failed`
 */
export function demandCleared({ releasePolicy }: Fleet, release: Release, rollout: Wished): void {
  const demanded = releasePolicy && stageOfGroup(releasePolicy, rollout.group);
  if (!demanded || demanded.demands.length === 0 || rollout.returns !== null) return;
  const { stage } = demanded;
  const { version, clearance } = release;
  const cleared = clearedFor(clearance, stage);
  if (cleared?.verdict === 'pass') return;
  const lacking = cleared?.gates.filter(({ verdict }) => verdict !== 'pass') ?? [];
  const why = lacking.map((gate) => `${gate.gate}: ${gate.why}`).join('; ') || 'they have not looked at it';
  const next = cleared ? `fettle release report ${version}` : `fettle release check ${version}`;
  const message = `The gates do not clear release ${version} for stage ${stage}, in which group ${rollout.group} lives: ${why}`;
  throw new FettleError('gate-failed', `${message.slice(0, mostWords)}${/[.]$/.test(message) ? '' : '.'}`, {
    details: { version, stage, checked: cleared !== undefined, next },
  });
}

const mostWords = 1_500;

/**
 * Refuses a second open rollout of a release to a group: devices would count twice, and an abort would end only one.
 * Drafts may stand beside each other. Looked for where decisions look: among the newest.
 * @throws FettleError `already-exists`
 */
export async function demandOnlyOne(
  reads: Pick<Reads, 'rollouts'>,
  { fleet, release, group }: Pick<Rollout, 'fleet' | 'release' | 'group'>,
  version: string,
): Promise<void> {
  const { items } = await reads.rollouts(fleet, { limit: limits.rolloutsPerDecision });
  const there = items.find((one) => {
    const isOpen = one.status === 'running' || one.status === 'paused';
    return isOpen && one.release === release && one.group === group && one.returns === null;
  });
  if (!there) return;
  const message = `Expected no open rollout of ${version} to group ${group}, found ${there.id}, which is ${there.status}.`;
  throw new FettleError('already-exists', message, {
    details: { rollout: there.id, next: `fettle rollout watch ${there.id}` },
  });
}
