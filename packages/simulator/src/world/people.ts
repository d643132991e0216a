import { adminPermissions, type Brain, createRollout, type Scope } from '@fettle/control';
import type { RolloutId } from '@fettle/model';
import { doAct } from './do-act.ts';
import type { Judge } from './judge/judge.ts';
import { createDice, type Dice } from './kernel/dice.ts';
import { Life } from './kernel/life.ts';
import type { Timeline } from './kernel/timeline.ts';
import type { Network } from './server/network.ts';
import { worldFleet, worldTenant } from './setup.ts';
import type { Act, WorldPlan } from './world-plan.ts';

export interface PeopleOptions {
  readonly plan: WorldPlan;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly judge: Judge;
  readonly note: (actor: string, what: string) => void;
  /** Told when a server is about to do what somebody wants. */
  readonly onAct: (act: Act, about: { readonly actor: string; readonly reason: string }) => void;
}

const because = 'a person says so';
/** Somebody without an answer asks again so often, and so much later each time. */
const mostTries = 5;
const patienceMs = 45_000;

/** The people of a world: they start rollouts and act on them, each at the time that the plan says. */
export function invitePeople(options: PeopleOptions): void {
  const { plan: world, timeline } = options;
  const dice = createDice(world.seed, 'people');
  world.rollouts.forEach(({ afterMs, ...input }, index) => {
    const scope = scopeOf(index);
    timeline.at(world.startAt + afterMs, () => {
      const work = (brain: Brain) => createRollout(scope, brain, worldFleet, input);
      void insist(options, { dice, what: `creates a rollout of ${input.version}`, scope, work, tries: 1 });
    });
  });
  for (const act of world.acts) timeline.at(world.startAt + act.afterMs, () => void perform(options, dice, act));
}

async function perform(options: PeopleOptions, dice: Dice, act: Act): Promise<void> {
  const scope = scopeOf(99);
  const rollout = 'rollout' in act ? rolloutOf(options.judge, act.rollout) : undefined;
  if ('rollout' in act && rollout === undefined) return;
  const work = (brain: Brain): Promise<unknown> => {
    options.onAct(act, { actor: scope.actor, reason: because });
    const now = brain.clock.now();
    const done = act.kind === 'freeze' ? { kind: act.kind, from: now, until: now + act.forMs } : act;
    return doAct(scope, brain, { fleet: worldFleet, rollout: rollout as RolloutId, act: done, reason: because });
  };
  const { afterMs, kind, ...about } = act;
  const what = `${kind} ${JSON.stringify(about)}`;
  const heard = await insist(options, { dice, what, scope, work, tries: mostTries });
  if (heard && act.kind === 'abort' && rollout !== undefined) options.judge.abortAcknowledged(rollout);
}

interface Wish {
  readonly dice: Dice;
  readonly what: string;
  readonly scope: Scope;
  readonly work: (brain: Brain) => Promise<unknown>;
  readonly tries: number;
}

/** @returns whether somebody said that it is done */
async function insist(options: PeopleOptions, wish: Wish): Promise<boolean> {
  const life = new Life(options.timeline);
  const caller = { name: wish.scope.actor, life, dice: wish.dice, lossShare: 0 };
  for (let tried = 0; tried < wish.tries; tried++) {
    const answer = await options.network.ask(caller, wish.work);
    options.note(wish.scope.actor, `${wish.what}: ${answer.kind}`);
    if (answer.kind !== 'none') return answer.kind === 'answer';
    await life.sleep(patienceMs);
  }
  return false;
}

function scopeOf(index: number): Scope {
  return { tenant: worldTenant, actor: `operator:${index}`, permissions: new Set(adminPermissions) };
}

/** The rollout that the plan's rollout became, if its maker was heard. */
function rolloutOf(judge: Judge, index: number): RolloutId | undefined {
  for (const rollout of judge.mirror.rollouts.values()) {
    if (rollout.createdBy === scopeOf(index).actor) return rollout.id;
  }
  return undefined;
}
