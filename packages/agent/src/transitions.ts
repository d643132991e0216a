import type { DeploymentError } from '@fettle/model';
import { otherSlot, type Slot } from './boot/boot-driver.ts';
import type { AgentErrorCode } from './errors.ts';
import { deploymentError } from './errors.ts';
import type { Ending, Journal, SlotContents, Stage, Work } from './journal.ts';
import { reportOutcome, reportWork } from './reports.ts';

/** Time and boot at which a transition happens. */
export interface At {
  readonly now: number;
  readonly bootId: string;
}

/** What an accepted offer brings. */
export type NewWork = Pick<
  Work,
  'deployment' | 'version' | 'counter' | 'securityFloor' | 'artifacts' | 'from' | 'demands'
>;

/** Takes an offer up: from here on the other slot holds nothing that may start. */
export function startWork(journal: Journal, accepted: NewWork, at: At): Journal {
  const to = otherSlot(accepted.from);
  const past = journal.finished.find((entry) => entry.deployment === accepted.deployment);
  const work: Work = {
    ...accepted,
    to,
    stage: 'downloading',
    bootId: at.bootId,
    download: { index: 0, offsetBytes: 0, etag: null, failures: 0, fullRetries: 0 },
    activations: 0,
    rebootAttempts: 0,
    checksStarted: 0,
    ending: null,
    lastSequence: past?.lastSequence ?? 0,
  };
  const slots = { ...journal.slots, [to]: { state: 'dirty' } };
  return reportWork({ ...journal, work, slots }, { status: 'downloading' }, at.now);
}

/** Enters a stage; counters of the stage that ends do not reach into the next. */
export function enterStage(journal: Journal, stage: Stage, at: At): Journal {
  const { work } = journal;
  if (!work) return journal;
  return { ...journal, work: { ...work, stage, bootId: at.bootId, rebootAttempts: 0 } };
}

export function changeWork(journal: Journal, change: Partial<Work>): Journal {
  return journal.work ? { ...journal, work: { ...journal.work, ...change } } : journal;
}

/** The slot holds what was signed: verified, byte for byte. */
function knownContents(work: Work): SlotContents {
  const components: Record<string, { sha256: string; sizeBytes: number }> = {};
  for (const { component, sha256, sizeBytes } of work.artifacts) components[component] = { sha256, sizeBytes };
  return { state: 'known', version: work.version, counter: work.counter, components };
}

/** Decides how the work will end, before it is true. */
export function decideEnding(journal: Journal, stage: 'undoing' | 'rollingBack', ending: Ending, at: At): Journal {
  return changeWork(enterStage(journal, stage, at), { ending });
}

/** The work ended without the new slot: the other slot must not start, the outcome goes to the server. */
export function finishWithout(journal: Journal, ending: Ending, at: At): Journal {
  const { work } = journal;
  if (!work) return journal;
  const slots = { ...journal.slots, [work.to]: { state: 'dirty' } };
  const ended = { ...journal, slots, work: null };
  if (!work.deployment) return ended;
  const { deployment } = work;
  const sequence = work.lastSequence + 1;
  return reportOutcome(ended, { deployment, sequence, status: ending.status, error: ending.error }, at.now);
}

/** The new slot is committed: it is what runs from now on, and the floor rises. */
export function finishSucceeded(journal: Journal, detail: string, at: At): Journal {
  const { work } = journal;
  if (!work) return journal;
  const sequence = work.lastSequence + 1;
  const done: Journal = {
    ...journal,
    work: null,
    floor: Math.max(journal.floor, work.securityFloor),
    // A trial that was adopted says nothing about what the slot holds.
    slots: work.artifacts.length > 0 ? { ...journal.slots, [work.to]: knownContents(work) } : journal.slots,
    committed: work.deployment ? { deployment: work.deployment, lastSequence: sequence, slot: work.to } : null,
  };
  if (!work.deployment) return done;
  return reportOutcome(done, { deployment: work.deployment, sequence, status: 'succeeded', detail }, at.now);
}

/** An outcome for a deployment that never became work: refused, or found done already. */
export function finishOffer(
  journal: Journal,
  offer: { deployment: string; error: DeploymentError | null; detail: string },
  at: At,
): Journal {
  const past = journal.finished.find((entry) => entry.deployment === offer.deployment);
  const status = offer.error ? 'failed' : 'succeeded';
  return reportOutcome(journal, { ...offer, sequence: (past?.lastSequence ?? 0) + 1, status }, at.now);
}

/** Takes a trial over whose beginning the journal does not know. */
export function adoptTrial(journal: Journal, trial: { deployment: string | null; slot: Slot }, at: At): Journal {
  const contents = journal.slots[trial.slot];
  const work: Work = {
    deployment: trial.deployment,
    version: contents.state === 'known' ? contents.version : 'unknown',
    counter: contents.state === 'known' ? contents.counter : 0,
    securityFloor: 0,
    artifacts: [],
    from: otherSlot(trial.slot),
    to: trial.slot,
    stage: 'checking',
    bootId: at.bootId,
    download: { index: 0, offsetBytes: 0, etag: null, failures: 0, fullRetries: 0 },
    activations: 0,
    rebootAttempts: 0,
    checksStarted: 0,
    ending: null,
    lastSequence: recoveredSequence,
  };
  return { ...journal, work };
}

/** After a lost journal nobody knows which sequence numbers were used: far above any that could have been. */
export const recoveredSequence = 10_000;

/** Sequence numbers of a restored, older journal may have been used already: leap over them. */
export function leapSequences(journal: Journal): Journal {
  const leap = 1_000;
  const finished = journal.finished.map((entry) => ({ ...entry, lastSequence: entry.lastSequence + leap }));
  const committed = journal.committed
    ? { ...journal.committed, lastSequence: journal.committed.lastSequence + leap }
    : null;
  const work = journal.work ? { ...journal.work, lastSequence: journal.work.lastSequence + leap } : null;
  return { ...journal, finished, committed, work };
}

/** The device runs the slot it had left: a committed release was given up by the boot loader or by somebody. */
export function noteReverted(journal: Journal, at: At): Journal {
  const { committed } = journal;
  if (!committed) return journal;
  const code: AgentErrorCode = 'reverted';
  const error = deploymentError(code, 'The device went back to the old slot after the new one was committed.');
  const sequence = committed.lastSequence + 1;
  const outcome = { deployment: committed.deployment, sequence, status: 'rolledBack', error } as const;
  return reportOutcome({ ...journal, committed: null }, outcome, at.now);
}
