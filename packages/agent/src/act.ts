import { backoffMs } from './backoff.ts';
import type { Slot } from './boot/boot-driver.ts';
import { errorCode, isNoSpace } from './disk.ts';
import { type AgentErrorCode, deploymentError } from './errors.ts';
import type { Ending } from './journal.ts';
import type { Kit, Ports, StepResult } from './kit.ts';
import { goOn } from './kit.ts';
import { type Facts, plan, type Step } from './plan.ts';
import type { ServerTalk } from './server-talk.ts';
import { noteActivated } from './steps/activate.ts';
import { check, giveUp } from './steps/check.ts';
import { succeed } from './steps/commit.ts';
import { download } from './steps/download.ts';
import { reboot } from './steps/reboot.ts';
import { fellBack, finishAsDecided, returnToOldSlot, undo } from './steps/roll-back.ts';
import { adopt, revertNoted, settleStrange } from './steps/strange-trial.ts';
import { verify } from './steps/verify.ts';
import { waitUntilReady } from './steps/wait.ts';
import { type At, changeWork, finishWithout } from './transitions.ts';

export type Acted =
  | { readonly ended: 'idle' }
  | { readonly ended: 'wait'; readonly waitMs: number; readonly quiet: boolean };

const backoff = { baseMs: 1_000, capMs: 300_000, leastMs: 100 } as const;

/** Carries out steps until there is nothing to do, or something to wait for. */
export function createActor(ports: Ports, talk: ServerTalk): () => Promise<Acted> {
  let failures = 0;
  let waits = 0;
  return async () => {
    while (!ports.signal.aborted) {
      const facts = await ports.readFacts();
      const step = await planReady(ports, facts);
      // A program that was stopped with the agent has said nothing about the device.
      if (ports.signal.aborted) break;
      if (ports.journal.unsaved) await ports.journal.note(ports.journal.journal);
      if (step.do === 'idle') return { ended: 'idle' };
      if (step.do === 'hold') {
        ports.log.warn('hold', { message: step.message });
        return { ended: 'wait', waitMs: 60_000, quiet: false };
      }
      ports.log.info('step', { step: step.do, stage: ports.journal.journal.work?.stage ?? '' });
      waits = step.do === 'wait' ? waits + 1 : 0;
      if (waits === 0) await stopWaiting(ports);
      try {
        const result = await runStep(step, facts, { ports, talk, waits });
        failures = 0;
        if (result.next === 'wait') return { ended: 'wait', waitMs: result.waitMs, quiet: result.quiet ?? false };
      } catch (error) {
        if (await endForStorage(error, facts, { ports, talk, waits })) continue;
        failures++;
        return { ended: 'wait', waitMs: backoffMs({ ...backoff, failures }, ports.random), quiet: false };
      }
    }
    return { ended: 'idle' };
  };
}

/** Plans, and asks the device whether it is ready where that makes a difference: each time anew. */
async function planReady(ports: Ports, facts: Facts): Promise<Step> {
  const step = plan(ports.journal.journal, facts);
  if (step.do !== 'ask-readiness') return step;
  const readiness = await ports.readiness.ask({ booted: facts.booted, maxAgeMs: 0 });
  return plan(ports.journal.journal, { ...facts, readiness });
}

/** What the device waited for has come, or makes no difference any more. */
async function stopWaiting({ journal, log }: Ports): Promise<void> {
  const waitingFor = journal.journal.work?.waitingFor ?? null;
  if (waitingFor === null) return;
  log.info('waited', { for: waitingFor });
  await journal.note(changeWork(journal.journal, { waitingFor: null }));
}

interface Surroundings {
  readonly ports: Ports;
  readonly talk: ServerTalk;
  readonly waits: number;
}

async function runStep(step: Step, facts: Facts, around: Surroundings): Promise<StepResult> {
  const { booted, bootId } = facts;
  if (booted === null || bootId === null) return goOn;
  const at = (): At => ({ now: around.ports.clock.now(), bootId });
  switch (step.do) {
    case 'adopt':
      return adopt(around.ports, { booted, at: at(), marker: step.marker });
    case 'settle-strange':
      return settleStrange(around.ports, { booted, at: at(), marker: step.marker, tried: step.tried });
    case 'note-reverted':
      return revertNoted(around.ports, at());
    default:
      return runWorkStep(step, kitOf(around, booted, at));
  }
}

async function runWorkStep(step: Step, kit: Kit): Promise<StepResult> {
  switch (step.do) {
    case 'download':
      return download(kit);
    case 'verify':
      return verify(kit);
    case 'wait':
      return waitUntilReady(kit, step.reasons);
    case 'note-activated':
      return noteActivated(kit);
    case 'reboot':
      return reboot(kit);
    case 'check':
      return check(kit);
    case 'fail-checks':
      return giveUp(kit, 'health-failed', step.message);
    case 'succeed':
      return succeed(kit);
    case 'return':
      return returnToOldSlot(kit);
    case 'fell-back':
      return fellBack(kit, step.message);
    case 'undo':
      return undo(kit, step.code, step.message);
    case 'finish-as-decided':
      return finishAsDecided(kit);
    case 'finish':
      await kit.finish({ status: 'failed', error: deploymentError(step.code, step.message) });
      return goOn;
    default:
      return goOn;
  }
}

function kitOf({ ports, talk, waits }: Surroundings, booted: Slot, at: () => At): Kit {
  const { work } = ports.journal.journal;
  if (!work) throw new Error('A step needs work, the journal has none.');
  return {
    ...ports,
    work,
    at,
    waits,
    deliver: () => talk.deliver(),
    isAborted: () => work.deployment !== null && talk.isAborted(work.deployment),
    finish: (ending) => finish(ports, booted, ending, at),
  };
}

/** The boot settings first, so that no later reboot can start what is reported as not running; then the outcome. */
async function finish(ports: Ports, booted: Slot, ending: Ending, at: () => At): Promise<void> {
  const { journal, boot, log } = ports;
  log.info('finished', { status: ending.status, code: ending.error?.code ?? '' });
  // Settings that nobody can read cannot start a slot by themselves either: there is nothing to take back.
  if ((await boot.read()).ok) await boot.settle(booted, 'unusable');
  await journal.note(finishWithout(journal.journal, ending, at()));
  await journal.backUp();
  await journal.keepReserve();
}

/**
 * A step threw: storage failed. Before the new slot is activated that ends the deployment, truthfully;
 * afterwards going on is the only way, as the device is between two slots.
 * @returns whether the deployment was ended
 */
async function endForStorage(error: unknown, facts: Facts, around: Surroundings): Promise<boolean> {
  const { ports } = around;
  const { message, stack } = error as Error;
  ports.log.error('step-failed', { message, code: errorCode(error) ?? '', stack: stack?.slice(0, 1_000) ?? '' });
  const { work } = ports.journal.journal;
  const { booted, bootId } = facts;
  if (!work || booted === null || bootId === null || booted === work.to) return false;
  if (work.stage !== 'downloading' && work.stage !== 'downloaded') return false;
  const code: AgentErrorCode = isNoSpace(error) ? 'no-space' : 'storage-failed';
  const kit = kitOf(around, booted, () => ({ now: ports.clock.now(), bootId }));
  try {
    await kit.finish({ status: 'failed', error: deploymentError(code, message) });
    return true;
  } catch (again) {
    ports.log.error('step-failed', { message: (again as Error).message, code: errorCode(again) ?? '' });
    return false;
  }
}
