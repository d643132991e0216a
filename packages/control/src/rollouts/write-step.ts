import type { AuditVerb, Rollout } from '@fettle/model';
import { digestOf } from '../audit/digest-of.ts';
import type { Writes } from '../ports.ts';
import type { RolloutEffect, RolloutStep } from './advance.ts';

const verbs: Readonly<Record<Exclude<RolloutEffect['kind'], 'measure-phase' | 'roll-back'>, AuditVerb>> = {
  'phase-opened': 'rollout.phase-opened',
  'phase-passed': 'rollout.phase-passed',
  'phase-failed': 'rollout.phase-failed',
  'phase-undecided': 'rollout.phase-undecided',
  'rollout-paused': 'rollout.paused',
  'rollout-aborted': 'rollout.aborted',
  'rollout-completed': 'rollout.completed',
};

/**
 * Writes what a step changed together with its audit events.
 * @returns false when nothing changed or somebody else changed the rollout first: the next tick looks again
 */
export async function writeStep(tx: Writes, before: Rollout, step: RolloutStep): Promise<boolean> {
  if (step.rollout === before) return false;
  const next: Rollout = { ...step.rollout, revision: before.revision + 1 };
  if (!(await tx.updateRollout(next))) return false;
  await appendEffects(tx, step, digestOf(before));
  return true;
}

/** One audit event an effect; measurements and ways back are work, not events. */
export async function appendEffects(tx: Writes, step: RolloutStep, before: string | null = null): Promise<void> {
  const { rollout } = step;
  for (const effect of step.effects) {
    if (effect.kind === 'measure-phase' || effect.kind === 'roll-back') continue;
    const phase = 'phase' in effect ? `${rollout.phases[effect.phase]?.name}: ` : '';
    await tx.appendAudit({
      verb: verbs[effect.kind],
      object: `rollout/${rollout.id}`,
      fleet: rollout.fleet,
      before,
      after: digestOf(rollout),
      reason: `${phase}${effect.because}`,
    });
  }
}
