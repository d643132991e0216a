import { at, listOf, textOf } from './values.ts';

const ranks = ['pass', 'inconclusive', 'fail'];

/**
 * Whether a stage stands worse today than it was shown to whoever signed: a verdict, a serious finding or a waiver that
 * was not there, a gate that is demanded no more. What says nothing that can be understood is worse.
 */
export function isWorse(shown: unknown, today: unknown, stage: string): boolean {
  const [then, now] = [stageIn(shown, stage), stageIn(today, stage)];
  if (then === undefined || now === undefined) return true;
  const demanded = gatesOf(now);
  if (gatesOf(then).some((one) => !demanded.some((gate) => at(gate, 'gate') === at(one, 'gate')))) return true;
  return demanded.some((one) => {
    const gate = at(one, 'gate');
    const before = gatesOf(then).find((other) => at(other, 'gate') === gate);
    if (rankOf(one) > (before === undefined ? 0 : rankOf(before))) return true;
    const [had, has] = [findingsIn(shown, gate), findingsIn(today, gate)];
    const isNew = (name: string) => listOf(at(has, name)).some((print) => !listOf(at(had, name)).includes(print));
    return isNew('open') || isNew('waived') || Number(at(has, 'openCount') ?? 0) > Number(at(had, 'openCount') ?? 0);
  });
}

function stageIn(judgement: unknown, stage: string): unknown {
  return listOf(at(judgement, 'stages')).find((one) => at(one, 'stage') === stage);
}

function gatesOf(stage: unknown): readonly unknown[] {
  return listOf(at(stage, 'gates'));
}

function rankOf(gate: unknown): number {
  const rank = ranks.indexOf(textOf(at(gate, 'verdict')));
  return rank < 0 ? ranks.length : rank;
}

function findingsIn(judgement: unknown, gate: unknown): unknown {
  return listOf(at(judgement, 'findings')).find((one) => at(one, 'gate') === gate);
}
