import { type GateDemand, isStageOrder, limits, namePattern, releaseGates, stages } from '@fettle/model';
import { demandProblem } from './demand.ts';
import { factNames, settingsProblem } from './gate-table.ts';

/** A policy as it comes from outside: shaped like one, but nothing in it is known to be right. */
export interface GivenPolicy {
  readonly stages: readonly GivenStage[];
  readonly settings: object;
  readonly waivers: GivenKeys;
  readonly dataSets?: GivenKeys | undefined;
  readonly onNewFindings: unknown;
}
export interface GivenKeys {
  readonly keys: readonly unknown[];
  readonly threshold: unknown;
}
export interface GivenStage {
  readonly stage: unknown;
  readonly groups: unknown;
  readonly demands: unknown;
  readonly approvals: unknown;
}

export interface PolicyProblem {
  /** `stages.production.secrets` */
  readonly place: string;
  readonly message: string;
}

const nameRule = new RegExp(namePattern);

/**
 * The first thing that is wrong with a policy, before it is saved; keys are not read here.
 * @returns undefined when every demand can be asked
 */
export function policyProblem({
  stages: given,
  settings,
  waivers,
  dataSets,
  onNewFindings,
}: GivenPolicy): PolicyProblem | undefined {
  if (given.length === 0) return { place: 'stages', message: 'expected at least one stage' };
  const named = given.map(({ stage }) => stages.find((known) => known === stage));
  const known = named.filter((stage) => stage !== undefined);
  if (known.length !== named.length || !isStageOrder(known)) {
    return { place: 'stages', message: `expected each stage once, in the order ${stages.join(', ')}` };
  }
  for (const stage of given) {
    const problem = stageProblem(stage);
    if (problem) return problem;
  }
  const groups = given.flatMap((stage) => stage.groups as readonly string[]);
  const twice = groups.find((group, i) => groups.indexOf(group) !== i);
  if (twice !== undefined) return { place: 'stages', message: `group ${twice} is in two stages` };
  for (const [gate, one] of Object.entries(settings)) {
    const message = isObject(one) ? settingsProblem(gate, one) : 'expected names and values';
    if (message !== undefined) return { place: `settings.${gate}`, message };
  }
  return keysProblem('waivers', waivers) ?? dataSetProblem(dataSets) ?? newFindingsProblem(onNewFindings);
}

function stageProblem({ stage, groups, demands, approvals }: GivenStage): PolicyProblem | undefined {
  const place = `stages.${String(stage)}`;
  if (!Array.isArray(groups) || !groups.every((group) => typeof group === 'string' && nameRule.test(group))) {
    return { place: `${place}.groups`, message: 'expected names of groups' };
  }
  if (!Array.isArray(demands)) return { place: `${place}.gates`, message: 'expected gates' };
  for (const [index, demand] of demands.entries()) {
    const problem = gateProblem(demand, demands.slice(0, index));
    if (problem) return { place: `${place}.${problem.place}`, message: problem.message };
  }
  if (!Array.isArray(approvals) || !approvals.every(isApproval)) {
    return { place: `${place}.approvals`, message: 'expected a meaning, a role and a count of 1 to 10 in each' };
  }
  return undefined;
}

function gateProblem(demand: unknown, before: readonly unknown[]): PolicyProblem | undefined {
  const { gate, when } = isObject(demand) ? demand : { gate: undefined, when: undefined };
  const known = releaseGates.find((one) => one === gate);
  if (!known)
    return { place: 'gates', message: `there is no gate ${String(gate)}; there are ${releaseGates.join(', ')}` };
  if (before.some((one) => (one as GateDemand).gate === known)) return { place: known, message: 'is demanded twice' };
  if (typeof when !== 'string') return { place: known, message: 'expected `pass` or an expression' };
  if (when === 'pass') return undefined;
  const problem = demandProblem(when, factNames(known));
  return problem && { place: known, message: `${problem.message} (character ${problem.position + 1})` };
}

function isApproval(one: unknown): boolean {
  if (!isObject(one)) return false;
  const { meaning, role, count } = one;
  const isWord = (text: unknown) => typeof text === 'string' && text.trim() !== '' && text.length <= 64;
  return isWord(meaning) && isWord(role) && Number.isInteger(count) && Number(count) >= 1 && Number(count) <= 10;
}

/** Leaving it out lets all data count; a list without a key could mean either. */
function dataSetProblem(given: GivenKeys | undefined): PolicyProblem | undefined {
  if (!given) return undefined;
  if (given.keys.length > 0) return keysProblem('dataSets', given);
  return { place: 'dataSets.keys', message: 'expected at least one key, or no `dataSets` at all' };
}

function keysProblem(place: 'waivers' | 'dataSets', { keys, threshold }: GivenKeys): PolicyProblem | undefined {
  if (keys.length > limits.keysPerFleet) {
    return { place: `${place}.keys`, message: `expected at most ${limits.keysPerFleet}` };
  }
  const most = Math.max(1, keys.length);
  const isRight = Number.isInteger(threshold) && Number(threshold) >= 1 && Number(threshold) <= most;
  return isRight ? undefined : { place: `${place}.threshold`, message: `expected 1 to ${most}` };
}

function newFindingsProblem(given: unknown): PolicyProblem | undefined {
  if (given === 'alert' || given === 'hold') return undefined;
  return { place: 'onNewFindings', message: 'expected alert or hold' };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
