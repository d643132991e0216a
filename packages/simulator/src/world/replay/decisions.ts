import type { DeploymentId, NewAuditEvent, RolloutId } from '@fettle/model';
import type { Offset, RecordedDecision } from './recording.ts';

/** What is known of an audit event to tell of which rollout it is. */
export interface DecisionAbout {
  readonly at: Offset;
  /** The rollout of the recording; what is of another sends its devices back. */
  readonly rollout: RolloutId | undefined;
  readonly rolloutOf: (deployment: DeploymentId) => RolloutId | undefined;
}

/**
 * What an audit event says was decided: an offer, an end, a step of a rollout. Ids that are drawn are not in it.
 * @returns undefined when it says something else; who made the rollout, and when, is given and not decided
 */
export function decisionOf(
  { verb, object, reason }: Pick<NewAuditEvent, 'verb' | 'object' | 'reason'>,
  about: DecisionAbout,
): RecordedDecision | undefined {
  const [kind, id = ''] = object.split('/');
  if (kind !== 'rollout' && kind !== 'deployment') return undefined;
  if (verb === 'rollout.created' || verb === 'rollout.started') return undefined;
  const rollout = kind === 'rollout' ? id : about.rolloutOf(id as DeploymentId);
  const decision = { at: about.at, what: `${verb} ${reason}` };
  return rollout === about.rollout ? decision : { ...decision, isReturn: true };
}
