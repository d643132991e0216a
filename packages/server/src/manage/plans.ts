import type { ForecastView, PolicyView, RolloutPlanView } from '@fettle/api';
import type { PlanInput, RolloutForecast } from '@fettle/control';
import { groupName, type PhaseSize, type RolloutPolicy } from '@fettle/model';
import { instantOrNull, readInstant } from './instants.ts';

/** A plan from the wire: names are checked, instants are read. */
export function readPlan(plan: RolloutPlanView): PlanInput {
  const { policy, ...rest } = plan;
  return {
    ...rest,
    phases: rest.phases.map((phase) => ({ ...phase, size: readSize(phase.size) })),
    policy: policy && {
      ...policy,
      ...(policy.startAt === undefined ? {} : { startAt: readOrNull(policy.startAt, 'policy.startAt') }),
      ...(policy.endAt === undefined ? {} : { endAt: readOrNull(policy.endAt, 'policy.endAt') }),
    },
  } as PlanInput;
}

function readSize(size: RolloutPlanView['phases'][number]['size']): PhaseSize {
  return 'group' in size ? { group: groupName(size.group) } : size;
}

function readOrNull(text: string | null, field: string): number | null {
  return text === null ? null : readInstant(text, field);
}

export function policyView(policy: RolloutPolicy): PolicyView {
  return {
    ...policy,
    gate: gateView(policy.gate),
    windows: policy.windows.map((window) => ({ ...window })),
    startAt: instantOrNull(policy.startAt),
    endAt: instantOrNull(policy.endAt),
  };
}

function gateView(gate: RolloutPolicy['gate']): PolicyView['gate'] {
  return gate.kind === 'fixed' ? gate : { ...gate, metrics: gate.metrics.map((metric) => ({ ...metric })) };
}

export function forecastView({ phases, endsAt, ...rest }: RolloutForecast): ForecastView {
  return {
    ...rest,
    endsAt: instantOrNull(endsAt),
    phases: phases.map((phase) => ({
      ...phase,
      opensAt: instantOrNull(phase.opensAt),
      lastStartAt: instantOrNull(phase.lastStartAt),
      passesAt: instantOrNull(phase.passesAt),
    })),
  };
}
