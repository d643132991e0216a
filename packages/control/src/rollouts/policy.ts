import {
  type Budgets,
  type Demands,
  defaultPolicy,
  defaultSequentialGate,
  FettleError,
  policyProblems,
  problemText,
  type RolloutPolicy,
  type SequentialGate,
} from '@fettle/model';

/** A policy as callers give it: what is left out has its default. */
export type PolicyInput = Partial<Omit<RolloutPolicy, 'budgets' | 'demands' | 'gate'>> & {
  readonly gate?: { readonly kind: 'fixed' } | (Pick<SequentialGate, 'kind'> & Partial<SequentialGate>) | undefined;
  readonly budgets?: Partial<Budgets> | undefined;
  readonly demands?: Partial<Demands> | undefined;
};

/**
 * Fills in and checks the policy of a plan.
 * @throws FettleError `invalid-input` naming the field and what it must be
 */
export function policyOf(input: PolicyInput = {}): RolloutPolicy {
  const { budgets, demands, gate, ...rest } = input;
  const policy: RolloutPolicy = {
    ...defaultPolicy,
    ...rest,
    budgets: { ...defaultPolicy.budgets, ...budgets },
    demands: { ...defaultPolicy.demands, ...demands },
    gate: gate?.kind === 'sequential' ? { ...defaultSequentialGate, ...gate } : (gate ?? defaultPolicy.gate),
  };
  const [problem] = policyProblems(policy);
  if (problem) throw new FettleError('invalid-input', problemText(problem));
  return policy;
}
