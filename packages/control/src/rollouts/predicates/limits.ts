import { artifactsFor, placeOf as placeNameOf } from '@fettle/model';
import type { Case } from '../context.ts';
import { sumCounts } from '../counts.ts';
import type { Finding } from '../reason.ts';
import { allowance, bytesAllowance, perMinuteOf } from '../timing/pace.ts';
import { openPhase, placeOf } from './place.ts';

/** Whether there is room for one device more. */
export function* limitFindings(subject: Case): Generator<Finding> {
  const { context } = subject;
  const { rollout } = context;
  const counts = sumCounts(context.counts);
  const most = openPhase(rollout)?.maxInFlight;
  if (most !== undefined && counts.open >= most) {
    const evidence = { open: counts.open, maxInFlight: most };
    yield { code: 'too-many-in-flight', evidence, remedy: 'Wait until some of them have ended.' };
  }
  if (isNew(subject)) {
    yield* gateFindings(subject);
    yield* placeFindings(subject);
  }
  yield* unprovenFindings(subject, counts.open + counts.succeeded - counts.proven);
  yield* rateFindings(subject, counts.succeeded);
  yield* neighbourFindings(subject);
}

/** A device that tries again has its place already. */
function isNew({ device, context }: Case): boolean {
  return !device.attempts.some((tried) => tried.rollout === context.rollout.id);
}

/** While installations fail and the gate waits for what held-back devices show, nobody new starts. */
function* gateFindings({ context: { rollout } }: Case): Generator<Finding> {
  const since = openPhase(rollout)?.suspectSince;
  if (since === undefined) return;
  const evidence = { perMinute: 0, because: 'installations fail; the gate waits for what other devices show', since };
  yield { code: 'rate-limited', evidence, remedy: 'Wait until the gate has decided.' };
}

function* placeFindings(subject: Case): Generator<Finding> {
  const { context } = subject;
  const place = placeOf(subject);
  if (place.kind === 'open' && 'count' in place.phase.size) {
    const started = sumCounts(context.counts.slice(0, place.index + 1)).started;
    const { count } = place.phase.size;
    if (started >= count) {
      const evidence = { budget: 'phase', phase: place.phase.name, used: started, most: count };
      yield { code: 'budget-spent', evidence, remedy: 'Wait for the next phase.' };
    }
  }
}

/** One that tries again too: another may have taken the room that it left when it failed. */
function* unprovenFindings({ context }: Case, unproven: number): Generator<Finding> {
  const { budgets } = context.rollout.policy;
  if (budgets.unproven !== null && unproven >= budgets.unproven) {
    const evidence = { budget: 'unproven', used: unproven, most: budgets.unproven };
    yield { code: 'budget-spent', evidence, remedy: 'Wait until devices that have started are proven.' };
  }
}

function* rateFindings({ device, context, now }: Case, succeeded: number): Generator<Finding> {
  const { rate, budgets } = context.rollout.policy;
  if (rate) {
    const { allowed, nextAt } = allowance(rate, context.starts, succeeded, now);
    const evidence = { perMinute: perMinuteOf(rate, succeeded) };
    if (allowed === 0) yield { code: 'rate-limited', evidence, remedy: 'Wait.', until: nextAt };
  }
  if (budgets.bytesPerHour === null) return;
  const wanted = artifactsFor(context.release, device.type).reduce((sum, one) => sum + one.sizeBytes, 0);
  const { allowed, used, nextAt } = bytesAllowance(budgets.bytesPerHour, context.starts, wanted, now);
  if (allowed) return;
  const evidence = { budget: 'bytes-per-hour', used, wanted, most: budgets.bytesPerHour };
  yield { code: 'budget-spent', evidence, remedy: 'Wait.', until: nextAt };
}

function* neighbourFindings({ device, context, surroundings }: Case): Generator<Finding> {
  const { budgets } = context.rollout.policy;
  const site = placeNameOf(device, 'site');
  if (budgets.perSite !== null && site !== undefined && surroundings.openAtSite >= budgets.perSite) {
    const evidence = { site, open: surroundings.openAtSite, most: budgets.perSite };
    yield { code: 'site-limit', evidence, remedy: 'Wait until the others at the site have ended.' };
  }
  const pair = placeNameOf(device, 'pair');
  if (budgets.onePerPair && pair !== undefined && surroundings.openOfPair > 0) {
    const evidence = { pair, open: surroundings.openOfPair };
    yield { code: 'paired-device-updating', evidence, remedy: 'Wait until the other device of the pair has ended.' };
  }
}
