import type { RolloutPlanView } from '@fettle/api';
import { defaultPolicy, type Instant, type RolloutPlan } from '@fettle/model';

/** What a plan is beside its phases when nobody says anything: what the options of `rollout start` say too. */
const base: RolloutPlan = {
  phases: [],
  onFail: 'abort',
  maxAttempts: 3,
  retryBackoffMs: 300_000,
  policy: defaultPolicy,
};

/**
 * A whole plan as the API takes it.
 * @param given fields of a plan and of its policy, side by side, and more of the policy under `policy`
 * @param preset where everything comes from that was not given
 */
export function completePlan(given: Readonly<Record<string, unknown>>, preset: RolloutPlan = base): RolloutPlanView {
  const wire = toWire(preset);
  const { preset: _, policy: nested, ...beside } = given;
  const plan: Record<string, unknown> = { ...wire };
  const policy: Record<string, unknown> = { ...wire.policy };
  for (const [name, value] of Object.entries(beside)) {
    if (name in wire) plan[name] = value;
    else policy[name] = over(policy[name], value, name);
  }
  for (const [name, value] of Object.entries((nested ?? {}) as Record<string, unknown>)) {
    policy[name] = over(policy[name], value, name);
  }
  return { ...plan, policy } as RolloutPlanView;
}

/** Budgets and demands that were not given stay what they were; everything else is replaced as a whole. */
function over(old: unknown, given: unknown, name: string): unknown {
  const isPart = name === 'budgets' || name === 'demands';
  return isPart ? { ...(old as object | undefined), ...(given as object) } : given;
}

/** A plan as the API takes it. */
export function toWire(
  plan: RolloutPlan,
): RolloutPlanView & { readonly policy: NonNullable<RolloutPlanView['policy']> } {
  const { startAt, endAt, windows, budgets, demands, ...policy } = plan.policy;
  return {
    ...plan,
    phases: plan.phases.map((phase) => ({ ...phase })),
    policy: {
      ...(structuredClone(policy) as typeof policy),
      startAt: startAt === null ? null : new Date(startAt).toISOString(),
      endAt: endAt === null ? null : new Date(endAt).toISOString(),
      windows: windows.map((window) => ({ ...window })),
      budgets: { ...budgets },
      demands: { ...demands },
    } as NonNullable<RolloutPlanView['policy']>,
  };
}

/** A whole plan of the API as the model has it, to be judged. */
export function toModel(plan: RolloutPlanView): RolloutPlan {
  const { startAt = null, endAt = null, ...policy } = plan.policy ?? {};
  return {
    ...plan,
    policy: {
      ...defaultPolicy,
      ...policy,
      startAt: instantOf(startAt),
      endAt: instantOf(endAt),
      budgets: { ...defaultPolicy.budgets, ...policy.budgets },
      demands: { ...defaultPolicy.demands, ...policy.demands },
    },
  } as RolloutPlan;
}

function instantOf(text: string | null): Instant | null {
  return text === null ? null : Date.parse(text);
}
