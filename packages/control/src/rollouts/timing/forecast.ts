import type { GatePlan, Instant } from '@fettle/model';
import { devicesToPass } from '../gates/share.ts';
import { createFlow, type Flow, type Limit } from './forecast-flow.ts';
import type { ForecastInput } from './forecast-input.ts';

export interface PhaseForecast {
  readonly name: string;
  /** Devices that this phase adds. */
  readonly devices: number;
  readonly bytes: number;
  /** Null when it never comes to that, e.g. because the schedule ends before. */
  readonly opensAt: Instant | null;
  /** When the last of its devices starts. */
  readonly lastStartAt: Instant | null;
  /** When its gate passes. */
  readonly passesAt: Instant | null;
  /** What it waits for the longest. */
  readonly slowedBy: Limit | null;
  /** Whether the next phase opens only by a person's word, which is taken as given at once. */
  readonly asksPerson: boolean;
}

export interface Forecast {
  readonly phases: readonly PhaseForecast[];
  readonly devices: number;
  readonly bytes: number;
  /** Most devices that have started and are not yet proven, at any one time. */
  readonly mostAtRisk: number;
  /** Most deployments under way at any one time. */
  readonly mostInFlight: number;
  /** When the last phase passes. */
  readonly endsAt: Instant | null;
}

const almost = 1e-6;

/**
 * Plays a plan through as it goes at best: every device checks in on time, installs in the usual time and succeeds,
 * and persons answer at once. It keeps to rate, budgets, windows, freezes and schedule as decisions do.
 * Cost: a step for each minute in which something happens, for plans of months some tens of milliseconds.
 * @source decision 0017
 */
export function forecast(input: ForecastInput): Forecast {
  const flow = createFlow(input);
  const runs = input.plan.phases.map((_, index) => newRun(input, index));
  for (const [index, run] of runs.entries()) {
    if (flow.isOver) break;
    if (run.members === 0) continue;
    run.opensAt = flow.now;
    flow.admit(run.devices, input.plan.phases[index]?.maxInFlight ?? 1);
    const isLast = index === runs.length - 1;
    while (!flow.isOver && (run.passesAt === null || (isLast && flow.left > almost))) {
      // The moment at which a phase passes is the one at which the next opens: no time runs on in between.
      if (look(run, flow) && (!isLast || flow.left <= almost)) break;
      const limit = flow.step(run.soakFrom === null ? null : run.soakFrom + run.minSoakMs);
      run.waited.set(limit.kind, (run.waited.get(limit.kind) ?? 0) + limit.forMs);
      for (const other of runs) {
        if (other.lastStartAt === null && other.opensAt !== null && flow.started >= other.members - almost) {
          other.lastStartAt = flow.now;
        }
      }
    }
  }
  const phases = runs.map((run, index) => tell(input, run, index));
  return {
    phases,
    devices: phases.reduce((sum, { devices }) => sum + devices, 0),
    bytes: phases.reduce((sum, { bytes }) => sum + bytes, 0),
    mostAtRisk: Math.ceil(flow.mostAtRisk - almost),
    mostInFlight: Math.ceil(flow.mostInFlight - almost),
    endsAt: phases.at(-1)?.passesAt ?? null,
  };
}

/** A phase while it is played. */
interface Run {
  readonly members: number;
  readonly devices: number;
  readonly minSoakMs: number;
  /** Devices that must have committed, and that must be proven. */
  readonly required: number;
  readonly evidence: number;
  readonly waited: Map<Limit, number>;
  opensAt: Instant | null;
  soakFrom: Instant | null;
  passesAt: Instant | null;
  lastStartAt: Instant | null;
}

function newRun({ plan, members }: ForecastInput, index: number): Run {
  const reached = members[index] ?? 0;
  const { successShare = 1, minSoakMs = 0 } = plan.phases[index] ?? {};
  return {
    members: reached,
    devices: Math.max(0, reached - (members[index - 1] ?? 0)),
    minSoakMs,
    required: Math.max(1, Math.ceil(successShare * reached - almost)),
    // Where it takes more devices than there are, a person decides when all are proven.
    evidence: Math.min(reached, evidenceOf(plan.policy.gate)),
    waited: new Map(),
    opensAt: null,
    soakFrom: null,
    passesAt: null,
    lastStartAt: null,
  };
}

/** Devices that have to be proven without a failure before a gate can pass. */
function evidenceOf(gate: GatePlan): number {
  return gate.kind === 'fixed' ? 0 : Math.max(gate.minDevices, devicesToPass(gate.margin, gate.alpha));
}

/** Judges the gate as it stands now. */
function look(run: Run, flow: Flow): boolean {
  if (run.soakFrom === null && flow.committed >= run.required - almost) run.soakFrom = flow.now;
  const isSoaked = run.soakFrom !== null && flow.now >= run.soakFrom + run.minSoakMs;
  if (run.passesAt === null && isSoaked && flow.proven >= run.evidence - almost) run.passesAt = flow.now;
  return run.passesAt !== null;
}

function tell({ plan, bytesPerDevice }: ForecastInput, run: Run, index: number): PhaseForecast {
  const phase = plan.phases[index];
  const isLast = index === plan.phases.length - 1;
  const longest = [...run.waited].reduce<readonly [Limit | null, number]>(
    (most, [limit, forMs]) => (forMs > most[1] ? [limit, forMs] : most),
    [null, 0],
  );
  return {
    name: phase?.name ?? '',
    devices: run.devices,
    bytes: Math.round(run.devices * bytesPerDevice),
    opensAt: run.opensAt,
    lastStartAt: run.lastStartAt,
    passesAt: run.passesAt,
    slowedBy: longest[0],
    asksPerson: !isLast && (phase?.promote === 'manual' || evidenceOf(plan.policy.gate) > run.members),
  };
}
