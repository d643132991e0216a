import type { Life } from '../kernel/life.ts';
import type { Work } from './flash.ts';
import { errors, type Fate, fateOf } from './truth.ts';
import type { Updating } from './updating.ts';

/** Goes on with the update that is under way, from the stage that it had reached, to its end or the next power cut. */
export async function carryOn(device: Updating, life: Life): Promise<void> {
  const { work } = device.flash;
  if (!work) return;
  const { habits } = device.plan;
  const fate = fateOf(device.options.seed, device.plan, work.release, work.attempt);
  if (work.stage === 'hung') return;
  if (isBefore(work, 'rebooting')) {
    if (!(await step(device, life, { work, stage: 'downloading', ms: habits.downloadMs }))) return;
    if (fate === 'failsTransiently') return fail(device, life, { work, error: errors.download });
    if (!(await step(device, life, { work, stage: 'installing', ms: habits.installMs }))) return;
    if (fate === 'fails') return fail(device, life, { work, error: errors.refused });
    if (fate === 'hangs') {
      work.stage = 'hung';
      return;
    }
  }
  // From here on nobody can call it back.
  if (isBefore(work, 'trial') && !(await step(device, life, { work, stage: 'rebooting', ms: habits.rebootMs }))) return;
  await tryOut(device, life, { work, fate });
}

async function tryOut(device: Updating, life: Life, { work, fate }: { work: Work; fate: Fate }): Promise<void> {
  const { flash, plan, options } = device;
  work.stage = 'trial';
  device.report(work.deployment, 'checking');
  await device.tell(life);
  await life.sleep(jittered(device, plan.habits.checkMs));
  if (fate === 'rollsBack') {
    device.fallBack(work.attempt % 2 === 0 ? 'boot' : 'health');
  } else {
    flash.previous = flash.current;
    flash.current = work.release;
    flash.work = undefined;
    flash.revertsAt =
      fate === 'revertsLater' ? options.timeline.now + options.dice.whole(60_000, 4 * 3_600_000) : undefined;
    options.watcher.committed(plan, work.deployment, work.release);
    device.report(work.deployment, 'succeeded');
  }
  await device.tell(life);
}

/** @returns false when the work was given up meanwhile */
async function step(
  device: Updating,
  life: Life,
  { work, stage, ms }: { work: Work; stage: 'downloading' | 'installing' | 'rebooting'; ms: number },
): Promise<boolean> {
  // After a power cut it begins the stage again, and need not say so twice.
  if (work.stage !== stage) {
    if (!isBefore(work, stage)) return true;
    work.stage = stage;
    device.report(work.deployment, stage);
    await device.tell(life);
  }
  await life.sleep(jittered(device, ms));
  return device.flash.work === work;
}

async function fail(
  device: Updating,
  life: Life,
  { work, error }: { work: Work; error: (typeof errors)[keyof typeof errors] },
): Promise<void> {
  device.flash.work = undefined;
  device.report(work.deployment, 'failed', error);
  await device.tell(life);
}

function jittered(device: Updating, ms: number): number {
  return ms * device.options.dice.between(0.5, 1.5);
}

const stages: readonly Work['stage'][] = ['offered', 'downloading', 'installing', 'rebooting', 'trial', 'hung'];

function isBefore(work: Work, stage: Work['stage']): boolean {
  return stages.indexOf(work.stage) < stages.indexOf(stage);
}
